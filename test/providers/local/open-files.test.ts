import assert from "node:assert/strict";
import {
  type FileHandle,
  mkdtemp,
  readdir,
  readlink,
  realpath,
  rename,
  rm,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { OpenFiles } from "../../../providers/local/open-files.ts";

async function filesIn(count: number) {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "holdfast-open-")));
  const paths = Array.from({ length: count }, (_, at) => join(folder, `file${at}`));
  await Promise.all(paths.map((path) => writeFile(path, path)));
  const opened = async (): Promise<readonly string[]> => {
    const targets = (await readdir("/proc/self/fd")).map((fd) =>
      readlink(`/proc/self/fd/${fd}`).catch(() => ""),
    );
    return (await Promise.all(targets)).filter((path) => path.startsWith(folder)).toSorted();
  };
  return { paths, opened, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

const skip = process.platform !== "linux" && "not run: open files are listed from /proc";

describe("files that parts are read of", { skip }, () => {
  it("stay open for the next part, eight of them, and close when they are left alone", async () => {
    await using folder = await filesIn(12);
    await using files = new OpenFiles();
    for (const path of [...folder.paths, ...folder.paths.slice(0, 1)]) {
      const part = await files.read(path, async (file) => {
        const { buffer } = await file.read(Buffer.alloc(path.length), 0, path.length, 0);
        return buffer.toString();
      });
      assert.equal(part, path);
    }
    // What goes is closed behind the reader's back.
    await setTimeout(50);
    const kept = [0, 5, 6, 7, 8, 9, 10, 11].map((at) => folder.paths[at] ?? "");
    assert.deepEqual(await folder.opened(), kept.toSorted());
    await setTimeout(600);
    assert.deepEqual(await folder.opened(), []);
  });

  it("are closed behind their last reader once they are forgotten, and with the store", async () => {
    await using folder = await filesIn(2);
    const [first = "", second = ""] = folder.paths;
    const files = new OpenFiles();
    await files.read(first, async () => {
      await files.read(first, () => files.forget(first));
      assert.deepEqual(await folder.opened(), [first]);
    });
    assert.deepEqual(await folder.opened(), []);
    await files.read(second, () => Promise.resolve());
    assert.deepEqual(await folder.opened(), [second]);
    await files[Symbol.asyncDispose]();
    assert.deepEqual(await folder.opened(), []);
  });

  it("are opened anew after a read that failed", async () => {
    await using folder = await filesIn(1);
    const [path = ""] = folder.paths;
    await using files = new OpenFiles();
    const fail = () => Promise.reject(new Error("EIO"));
    await assert.rejects(files.read(path, fail), /EIO/);
    assert.deepEqual(await folder.opened(), []);
    await assert.rejects(files.read(`${path}.absent`, fail), /ENOENT/);
    await writeFile(`${path}.absent`, "now");
    assert.equal(await files.read(`${path}.absent`, async (file) => (await file.stat()).size), 3);
  });

  it("are opened anew where a read fails that began with one that was open", async () => {
    await using folder = await filesIn(1);
    const [path = ""] = folder.paths;
    await using files = new OpenFiles();
    const sizeOf = async (file: FileHandle) => (await file.stat()).size;
    await files.read(path, sizeOf);
    await writeFile(`${path}.new`, "another");
    await rename(`${path}.new`, path);
    const read = async (file: FileHandle) => {
      if ((await sizeOf(file)) !== 7) throw new Error("ESTALE");
      return "another";
    };
    assert.equal(await files.read(path, read), "another");
    await rm(path);
    const fail = () => Promise.reject(new Error("ESTALE"));
    await assert.rejects(files.read(path, fail), /ENOENT/);
  });
});
