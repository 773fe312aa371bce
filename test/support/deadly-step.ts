import { readlinkSync, writeSync } from "node:fs";
import files, { type FileHandle } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { relative } from "node:path";

/** What changes a folder for good. A flush is of a file that has no name yet (`.tmp`), or of a folder. */
export const STEPS = ["flush", "name", "remove"] as const;

/** The moment at which a process ends itself as if the machine stopped. */
export interface DeadlyStep {
  readonly step: (typeof STEPS)[number];
  /** The first word of the path below the vault's folder: `packs`, `leases`, `.tmp`. */
  readonly place: string;
  /** Which of these steps, from 1. */
  readonly nth: number;
  readonly when: "before" | "after";
}

/** From now on this process kills itself at the step; the place tells which files of `root` are meant. Needs /proc. */
export async function dieAt({ step, place, nth, when }: DeadlyStep, root: string): Promise<void> {
  let seen = 0;
  const around = async <T>(at: DeadlyStep["step"], path: string, work: () => Promise<T>) => {
    const isMeant = at === step && relative(root, path).split("/")[0] === place;
    if (isMeant) seen += 1;
    const isNow = isMeant && seen === nth;
    if (isNow && when === "before") die();
    const result = await work();
    if (isNow) die();
    return result;
  };
  const { link, unlink } = files;
  files.link = (from, to) => around("name", String(to), () => link(from, to));
  files.unlink = (path) => around("remove", String(path), () => unlink(path));
  syncBuiltinESMExports();
  await using probe = await files.open(tmpdir(), "r");
  const prototype = Object.getPrototypeOf(probe) as Pick<FileHandle, "sync" | "fd">;
  const { sync } = prototype;
  prototype.sync = function flush(this: FileHandle) {
    return around("flush", readlinkSync(`/proc/self/fd/${this.fd}`), () => sync.call(this));
  };
}

function die(): never {
  writeSync(1, "dies\n");
  process.kill(process.pid, "SIGKILL");
  throw new Error("still alive");
}
