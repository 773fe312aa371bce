import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { type FileHandle, mkdtemp, open, readdir, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it, test } from "node:test";
import { parseBlobName } from "../../../core/storage/blob-store.ts";
import { createFolderStore } from "../../../providers/local/folder-store.ts";
import { publishByClaim, publishFile } from "../../../providers/local/publish-file.ts";
import { flushedBy } from "../../support/flushed-by.ts";
import { withCode } from "../../support/with-code.ts";

const NAME = parseBlobName("packs/ab/abcd");
const OTHER = parseBlobName("packs/ab/other");
const isLinux = process.platform === "linux";

async function temporaryFolder(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await realpath(await mkdtemp(join(tmpdir(), "holdfast-durable-")));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

describe("a put returns only after everything is flushed", {
  skip: !isLinux && "not run: the paths of open files are read from /proc",
}, () => {
  it("the file first, then the folder that its name is in, and every folder that was made", async () => {
    await using folder = await temporaryFolder();
    const root = join(folder.path, "vault");
    const flushed = await flushedBy(() => createFolderStore(root).put(NAME, [Buffer.from("abc")]));
    const named = join(root, "packs", "ab");
    const isTemporary = (path: string) => path.startsWith(join(root, ".tmp/"));
    assert.deepEqual(flushed.filter(isTemporary).length, 1);
    assert.ok(isTemporary(flushed.at(-2) ?? ""), "the file is not flushed before it has its name");
    assert.equal(flushed.at(-1), named);
    for (const parent of [folder.path, root, join(root, "packs")]) {
      assert.ok(flushed.includes(parent), `${parent} is not flushed`);
    }
  });

  it("two flushes a blob where the folder is known, whichever way it gets its name", async () => {
    for (const publish of [publishFile, publishByClaim]) {
      await using folder = await temporaryFolder();
      const store = createFolderStore(folder.path, publish);
      await store.put(NAME, [Buffer.from("abc")]);
      const flushed = await flushedBy(() => store.put(OTHER, [Buffer.from("abc")]));
      assert.equal(flushed.length, 2);
      assert.equal(flushed.at(-1), join(folder.path, "packs", "ab"));
    }
  });

  it("a removal flushes its folder, and one of nothing flushes nothing", async () => {
    await using folder = await temporaryFolder();
    const store = createFolderStore(folder.path);
    await store.put(NAME, []);
    assert.deepEqual(await flushedBy(() => store.remove(NAME)), [join(folder.path, "packs", "ab")]);
    assert.deepEqual(await flushedBy(() => store.remove(NAME)), []);
  });

  it("a put that is refused flushes no folder of blobs", async () => {
    await using folder = await temporaryFolder();
    const store = createFolderStore(folder.path);
    await store.put(NAME, []);
    const flushed = await flushedBy(() => assert.rejects(store.put(NAME, [])));
    assert.ok(!flushed.includes(join(folder.path, "packs", "ab")));
  });

  it("a flush that fails fails the put, and nothing of it is seen", async () => {
    await using folder = await temporaryFolder();
    const store = createFolderStore(folder.path);
    await store.put(NAME, []);
    await using probe = await open(tmpdir(), "r");
    const prototype = Object.getPrototypeOf(probe) as Pick<FileHandle, "sync">;
    const original = prototype.sync;
    prototype.sync = () => Promise.reject(systemError("EIO"));
    try {
      await assert.rejects(store.put(OTHER, [Buffer.from("abc")]), withCode("STORE_FAILED"));
    } finally {
      prototype.sync = original;
    }
    assert.equal(await store.head(OTHER), undefined);
    assert.deepEqual(await readdir(join(folder.path, ".tmp")), []);
  });
});

function systemError(code: string): Error {
  return Object.assign(new Error(code), { code, syscall: "fsync" });
}

/** A disk of 1 MiB, where this process may mount one. */
async function smallDisk(): Promise<({ readonly path: string } & AsyncDisposable) | undefined> {
  const path = await realpath(await mkdtemp(join(tmpdir(), "holdfast-small-disk-")));
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", path]);
  const close = async () => {
    if (mounted.status === 0) spawnSync("umount", [path]);
    await rm(path, { recursive: true });
  };
  if (mounted.status === 0) return { path, [Symbol.asyncDispose]: close };
  await close();
  return undefined;
}

describe("a real disk", () => {
  let disk: Awaited<ReturnType<typeof smallDisk>>;
  before(async () => {
    disk = await smallDisk();
  });
  after(() => disk?.[Symbol.asyncDispose]());

  it("that fills within a put keeps what it had, and takes blobs again once there is room", async (t) => {
    if (disk === undefined) return t.skip("not run: this process may not mount a disk");
    const store = createFolderStore(join(disk.path, "vault"));
    await store.put(NAME, [Buffer.alloc(600_000, 1)]);
    const parts = [Buffer.alloc(300_000, 2), Buffer.alloc(300_000, 3)];
    await assert.rejects(store.put(OTHER, parts), withCode("STORE_FULL", "Make room"));
    assert.equal(await store.head(OTHER), undefined);
    assert.deepEqual(await readdir(join(disk.path, "vault", ".tmp")), []);
    assert.equal((await store.get(NAME)).length, 600_000);
    await store.remove(NAME);
    await store.put(OTHER, parts);
    assert.equal(Buffer.compare(await store.get(OTHER), Buffer.concat(parts)), 0);
  });

  it("that fills within a large blob leaves nothing of it", async (t) => {
    if (disk === undefined) return t.skip("not run: this process may not mount a disk");
    const store = createFolderStore(join(disk.path, "vault"));
    const name = parseBlobName("packs/large");
    await assert.rejects(store.put(name, [Buffer.alloc(3_000_000)]), withCode("STORE_FULL"));
    assert.equal(await store.head(name), undefined);
    assert.deepEqual(await readdir(join(disk.path, "vault", ".tmp")), []);
  });

  it("that is read-only is told as such, and can be read", async (t) => {
    if (disk === undefined) return t.skip("not run: this process may not mount a disk");
    const store = createFolderStore(join(disk.path, "vault"));
    spawnSync("mount", ["-o", "remount,ro", disk.path]);
    try {
      await assert.rejects(store.put(NAME, []), withCode("STORE_NOT_WRITABLE", "EROFS"));
      await assert.rejects(store.remove(OTHER), withCode("STORE_NOT_WRITABLE", "EROFS"));
      assert.equal((await store.get(OTHER)).length, 600_000);
      assert.equal((await Array.fromAsync(store.list(""))).length, 1);
    } finally {
      spawnSync("mount", ["-o", "remount,rw", disk.path]);
    }
  });
});

describe("a large blob", () => {
  const SLOT = 2 * 1024 * 1024;
  const bytes = Buffer.from(
    new Uint32Array(1_800_000).map((_, at) => (at * 2_654_435_761) >>> 0).buffer,
  );

  it("is whole whatever its size and its parts are, and is flushed once", async () => {
    await using folder = await temporaryFolder();
    const store = createFolderStore(folder.path);
    for (const size of [SLOT - 1, SLOT, SLOT + 1, 2 * SLOT, 3 * SLOT - 4096, 3 * SLOT + 4097]) {
      for (const part of [size, 700_001, 4096]) {
        const name = parseBlobName(`packs/${size}-${part}`);
        const parts = Array.from({ length: Math.ceil(size / part) }, (_, at) =>
          bytes.subarray(at * part, Math.min((at + 1) * part, size)),
        );
        assert.equal((await store.put(name, parts)).size, size);
        assert.equal(Buffer.compare(await store.get(name), bytes.subarray(0, size)), 0, name);
      }
    }
  });

  it("is whole where the system cannot write past its cache", async () => {
    await using folder = await temporaryFolder();
    const store = createFolderStore(folder.path);
    await store.put(OTHER, []);
    await using probe = await open(tmpdir(), "r");
    const prototype = Object.getPrototypeOf(probe) as Pick<FileHandle, "write">;
    const original = prototype.write;
    prototype.write = () => Promise.reject(systemError("EINVAL"));
    try {
      const size = SLOT + 5;
      await store.put(NAME, [bytes.subarray(0, 7), bytes.subarray(7, size)]);
      assert.equal(Buffer.compare(await store.get(NAME), bytes.subarray(0, size)), 0);
    } finally {
      prototype.write = original;
    }
  });

  it("that many write at once has one winner, whole", async () => {
    await using folder = await temporaryFolder();
    const store = createFolderStore(folder.path);
    const blobs = Array.from({ length: 6 }, (_, at) => Buffer.alloc(SLOT + at, at));
    const results = await Promise.allSettled(blobs.map((blob) => store.put(NAME, [blob])));
    const winners = blobs.filter((_, at) => results[at]?.status === "fulfilled");
    assert.equal(winners.length, 1);
    assert.equal(Buffer.compare(await store.get(NAME), winners[0] ?? Buffer.alloc(0)), 0);
  });

  it("that is aborted under way leaves nothing", async () => {
    await using folder = await temporaryFolder();
    const store = createFolderStore(folder.path);
    await store.put(OTHER, []);
    const controller = new AbortController();
    const put = store.put(NAME, [Buffer.alloc(20 * SLOT)], { signal: controller.signal });
    setImmediate(() => controller.abort(new Error("stopped")));
    await assert.rejects(put, /stopped/);
    assert.equal(await store.head(NAME), undefined);
    assert.deepEqual(await readdir(join(folder.path, ".tmp")), []);
  });
});

test("what a put wrote is whole when the parts are many and some are empty", async () => {
  await using folder = await temporaryFolder();
  const parts = Array.from({ length: 1000 }, (_, at) => Buffer.alloc(at % 7, at));
  const store = createFolderStore(folder.path);
  await store.put(NAME, parts);
  assert.equal(Buffer.compare(await store.get(NAME), Buffer.concat(parts)), 0);
});

test("a folder that another process removed and made again is flushed into its parent before a put returns", {
  skip: !isLinux && "not run: the paths of open files are read from /proc",
}, async () => {
  await using folder = await temporaryFolder();
  const store = createFolderStore(folder.path);
  await store.put(NAME, []);
  const other = createFolderStore(folder.path);
  await other.remove(NAME);
  await other.put(NAME, []);
  const flushed = await flushedBy(() => store.put(OTHER, []));
  assert.ok(flushed.includes(join(folder.path, "packs")));
  assert.ok(flushed.includes(folder.path));
  const again = await flushedBy(() => store.put(parseBlobName("packs/ab/third"), []));
  assert.ok(!again.includes(join(folder.path, "packs")));
});

test("a folder where nothing can be made is refused, and not tried for ever", {
  skip: !isLinux && "not run: nothing can be made in /proc",
}, async () => {
  const store = createFolderStore("/proc/holdfast/vault");
  await assert.rejects(store.put(NAME, [Buffer.from("abc")]), withCode("STORE_NOT_WRITABLE"));
});
