import assert from "node:assert/strict";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { startLane } from "../../../cmd/wiring/start-lane.ts";
import { createVault } from "../../../core/vault/vault.ts";
import { sourceOf } from "../../support/byte-source.ts";
import { pointFacts, seededBytes, TEST_KEY, vaultOptions } from "../../support/vault.ts";
import { type FolderEvent, watchFolder } from "../../support/watched-folder.ts";

const isLinux = process.platform === "linux";
/** Enough for threads to start. */
const BYTES = seededBytes("durable")(14_000_000);

function isFlushed(path: string, events: readonly FolderEvent[]): boolean {
  return events.some((event) => event.kind === "flush" && event.path === path);
}

/** The folder of a blob as events name it. */
function folderOf(path: string): string {
  return path.includes("/") ? dirname(path) : "";
}

/** Each blob was flushed before it had its name, once, and its folder afterwards. Gives the blobs in order. */
function durableBlobs(events: readonly FolderEvent[]): readonly string[] {
  const blobs: string[] = [];
  for (const [at, event] of events.entries()) {
    if (event.kind !== "name") continue;
    const { path, temporary } = event;
    assert.ok(
      isFlushed(temporary, events.slice(0, at)),
      `${path} had its name before it was flushed`,
    );
    assert.ok(isFlushed(folderOf(path), events.slice(at)), `the folder of ${path} was not flushed`);
    blobs.push(path);
  }
  const files = events.filter((event) => event.kind === "flush" && event.path.startsWith(".tmp/"));
  assert.equal(files.length, blobs.length, "flushes of files");
  return blobs;
}

test("a point of threads is committed only after every blob of it is flushed, and the manifest is the last to get its name", {
  skip: !isLinux && "not run: the paths of open files are read from /proc",
}, async () => {
  const root = await realpath(await mkdtemp(join(tmpdir(), "holdfast-durable-vault-")));
  try {
    await using folder = await watchFolder(root);
    const options = { ...vaultOptions(), startLane };
    const vault = await createVault(folder.store, TEST_KEY, options);
    await using writer = await vault.beginPoint();
    const stream = { path: "s", kind: "stream" } as const;
    await writer.addStream(stream, sourceOf(BYTES), () => ({}));
    const { id } = await writer.commit(pointFacts(Date.UTC(2026, 1, 1)));
    const atCommit = [...folder.events];
    const blobs = durableBlobs(atCommit);
    const packs = blobs.filter((path) => path.startsWith("packs/"));
    assert.ok(packs.length >= 3, `${packs.length} packs: two lanes and the listing`);
    assert.ok(blobs.some((path) => path.startsWith("index/")));
    assert.equal(blobs.at(-1), `points/${id}`);
    const manifest = atCommit.findIndex(
      (event) => event.kind === "name" && event.path === `points/${id}`,
    );
    for (const path of blobs.slice(0, -1)) {
      const named = atCommit.findIndex((event) => event.kind === "name" && event.path === path);
      const before = atCommit.slice(named, manifest);
      assert.ok(isFlushed(folderOf(path), before), `${path} was not durable before the manifest`);
    }
  } finally {
    await rm(root, { recursive: true });
  }
});
