import { randomBytes } from "node:crypto";
import { open, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { removeIfThere } from "./durable-file.ts";

/** A `put` takes seconds, so a temporary file that nobody wrote to for a day belongs to a process that is gone. */
const ABANDONED_AFTER_MS = 24 * 60 * 60 * 1000;

/**
 * Removes temporary files that a crash left behind. Ages are told by the file system's own clock, from a probe file
 * written now. A process that was suspended for a day loses its file and fails cleanly: an unfinished file has no name
 * that a reader could find.
 */
export async function sweepTemporaries(folder: string): Promise<void> {
  const now = await readFolderClock(folder);
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const age = now - (await modifiedAt(path, now));
    if (age > ABANDONED_AFTER_MS) await removeIfThere(path);
  }
}

async function readFolderClock(folder: string): Promise<number> {
  const probe = join(folder, `probe-${randomBytes(12).toString("hex")}`);
  await using file = await open(probe, "wx", 0o600);
  try {
    await file.write("x");
    return (await file.stat()).mtimeMs;
  } finally {
    await removeIfThere(probe);
  }
}

async function modifiedAt(path: string, otherwise: number): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  return found?.mtimeMs ?? otherwise;
}
