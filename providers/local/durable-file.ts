import { constants } from "node:fs";
import { mkdir, open, rmdir, stat, unlink } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { errnoOf } from "./file-failure.ts";

const PRIVATE_FOLDER = 0o700;
const PRIVATE_FILE = 0o600;
/** Below IOV_MAX, which is 1,024 on Linux and macOS. */
const PARTS_A_CALL = 256;
/** Measured: larger calls took up to twice as long. */
const BYTES_A_CALL = 1024 * 1024;

/**
 * Makes the folder and what is above it, each durable in its parent. A folder that is there already is made durable too:
 * a process that died may have made it a moment ago. Only a parent that may not be opened is left to its owner.
 */
export async function makeFolder(path: string): Promise<MadeFolder> {
  const first = await makeMissing(path);
  // Before its name is durable: one that is made in between is told apart, and one before has become durable too.
  const identity = await identityOf(path);
  for (let made = path; ; made = dirname(made)) {
    await syncParent(made, first !== undefined);
    if (made === (first ?? path)) return { identity, first };
  }
}

interface MadeFolder {
  /** What tells the folder from one that is made in its place later. */
  readonly identity: string;
  /** The highest folder of its path that was made; undefined where the folder was there. */
  readonly first: string | undefined;
}

/** The number alone does not do: ext4 gives that of a removed folder to the next. */
export async function identityOf(folder: string): Promise<string> {
  const { dev, ino, birthtimeNs } = await stat(folder, { bigint: true });
  return `${dev} ${ino} ${birthtimeNs}`;
}

/**
 * Makes the folder and those of its way that are missing; gives the highest that was made. Not by Node's recursive call: on a
 * disk that is read-only that answers ENOENT for a missing folder, and not EROFS.
 */
async function makeMissing(path: string): Promise<string | undefined> {
  try {
    return await makeOne(path);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT" || dirname(path) === path) throw error;
  }
  const first = await makeMissing(dirname(path));
  // Where nothing can be made, as in /proc, it is ENOENT again though the parent is there: thrown, not tried for ever.
  const own = await makeOne(path);
  return first ?? own;
}

/** The folder, if this call made it. */
async function makeOne(path: string): Promise<string | undefined> {
  try {
    await mkdir(path, { mode: PRIVATE_FOLDER });
    return path;
  } catch (error) {
    if (errnoOf(error) === "EEXIST" && (await isFolder(path))) return undefined;
    throw error;
  }
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path)).isDirectory();
}

async function syncParent(path: string, isNew: boolean): Promise<void> {
  try {
    await syncFolder(dirname(path));
  } catch (error) {
    if (isNew || errnoOf(error) !== "EACCES") throw error;
  }
}

/** Writes a new file of mode 0600 and flushes it to the disk. */
export async function writeDurably(
  path: string,
  parts: readonly Uint8Array[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
  await using file = await open(path, flags, PRIVATE_FILE);
  for (const some of groupParts(parts)) {
    signal?.throwIfAborted();
    await writeAll(file, some);
  }
  signal?.throwIfAborted();
  await file.sync();
}

/** Makes the names in a folder durable. Windows cannot open folders and keeps names in its journal. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  await using folder = await open(path, constants.O_RDONLY);
  await folder.sync();
}

/** Makes durable that a name left a folder, which may be gone meanwhile: then that it left the folder above. */
export async function syncRemoval(folder: string): Promise<void> {
  try {
    await syncFolder(folder);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT" || dirname(folder) === folder) throw error;
    await syncRemoval(dirname(folder));
  }
}

/** Removes a folder, and those above it below `root`, as far as they are empty. What cannot be removed does no harm. */
export async function removeEmptyFolders(folder: string, root: string): Promise<readonly string[]> {
  const removed: string[] = [];
  for (let path = folder; path.startsWith(join(root, sep)); path = dirname(path)) {
    try {
      await rmdir(path);
    } catch (error) {
      if (errnoOf(error) === undefined) throw error;
      break;
    }
    removed.push(path);
  }
  return removed;
}

/** Removes a file that may be gone already. */
export async function removeIfThere(path: string): Promise<boolean> {
  try {
    await unlink(path);
    return true;
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return false;
    throw error;
  }
}

function* groupParts(parts: readonly Uint8Array[]): Generator<readonly Uint8Array[]> {
  let group: Uint8Array[] = [];
  let bytes = 0;
  for (const part of parts) {
    group.push(part);
    bytes += part.length;
    if (group.length < PARTS_A_CALL && bytes < BYTES_A_CALL) continue;
    yield group;
    group = [];
    bytes = 0;
  }
  yield group;
}

/** A write may take less than it was given when the disk fills or a signal comes: write the rest, which then tells why. */
async function writeAll(
  file: { writev(parts: readonly Uint8Array[]): Promise<{ readonly bytesWritten: number }> },
  parts: readonly Uint8Array[],
): Promise<void> {
  let rest = parts.filter((part) => part.length > 0);
  while (rest.length > 0) {
    let { bytesWritten } = await file.writev(rest);
    rest = rest.flatMap((part) => {
      const taken = Math.min(part.length, bytesWritten);
      bytesWritten -= taken;
      return taken === part.length ? [] : [part.subarray(taken)];
    });
  }
}
