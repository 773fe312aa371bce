import assert from "node:assert/strict";
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { openLineHistory } from "../../../cmd/wiring/line-history.ts";
import { stateFolder } from "../../../cmd/wiring/state-folder.ts";

async function withFolder(act: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-history-"));
  try {
    await act(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function neverFails(fault: string): void {
  assert.fail(fault);
}

test("lines come back newest first, in a file that only its user may read", async () => {
  await withFolder(async (folder) => {
    const path = join(folder, "deep", "console-history");
    const first = openLineHistory(path, neverFails);
    assert.deepEqual(first.lines, []);
    first.add("1 + 1");
    first.add("local.a");
    assert.deepEqual(openLineHistory(path, neverFails).lines, ["local.a", "1 + 1"]);
    if (process.platform !== "win32") assert.equal((await stat(path)).mode & 0o777, 0o600);
  });
});

test("a file that others may read is closed to them", {
  skip: process.platform === "win32",
}, async () => {
  await withFolder(async (folder) => {
    const path = join(folder, "console-history");
    await writeFile(path, "1\n");
    await chmod(path, 0o644);
    openLineHistory(path, neverFails);
    assert.equal((await stat(path)).mode & 0o777, 0o600);
  });
});

test("the newest 1,000 lines stay", async () => {
  await withFolder(async (folder) => {
    const path = join(folder, "console-history");
    await writeFile(path, Array.from({ length: 1500 }, (_, at) => `${at}\n`).join(""));
    const { lines } = openLineHistory(path, neverFails);
    assert.deepEqual([lines.length, lines[0], lines.at(-1)], [1000, "1499", "500"]);
    assert.equal((await readFile(path, "utf8")).split("\n").length, 1001);
  });
});

test("a history that cannot be kept is told once", async () => {
  await withFolder(async (folder) => {
    const faults: string[] = [];
    const history = openLineHistory(folder, (fault) => faults.push(fault));
    history.add("1");
    history.add("2");
    assert.equal(faults.length, 1);
    assert.match(faults[0] ?? "", /cannot be read \(EISDIR\)/);
  });
});

test("the state folder follows XDG, and a relative path there counts as none", {
  skip: process.platform === "win32",
}, () => {
  assert.equal(stateFolder({ XDG_STATE_HOME: "/state" }, "/people/dba"), "/state/holdfast");
  assert.equal(
    stateFolder({ XDG_STATE_HOME: "state" }, "/people/dba"),
    "/people/dba/.local/state/holdfast",
  );
  assert.equal(stateFolder({}, "/people/dba"), "/people/dba/.local/state/holdfast");
});
