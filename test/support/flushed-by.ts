import { readlinkSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { tmpdir } from "node:os";

/** Runs `work` and gives what was flushed meanwhile: the path of each file and folder, in order. Linux only. */
export async function flushedBy(work: () => Promise<unknown>): Promise<readonly string[]> {
  await using probe = await open(tmpdir(), "r");
  const prototype = Object.getPrototypeOf(probe) as Pick<FileHandle, "sync" | "fd">;
  const original = prototype.sync;
  const flushed: string[] = [];
  prototype.sync = function sync(this: FileHandle) {
    flushed.push(readlinkSync(`/proc/self/fd/${this.fd}`));
    return original.call(this);
  };
  try {
    await work();
    return flushed;
  } finally {
    prototype.sync = original;
  }
}
