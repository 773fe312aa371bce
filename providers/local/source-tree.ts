import { constants, type Dirent, type Stats } from "node:fs";
import { access, type FileHandle, readdir, readFile, realpath, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { SourceTree, TreeEntry } from "../../core/language/source-tree.ts";
import { errnoOf } from "./file-failure.ts";
import { notWritable, unreadable, writeWhole } from "./whole-file.ts";

const PERMISSIONS = 0o7777;

/** Opens the files below and around a directory, which may be relative to the working directory. */
export function openSourceTree(directory: string): SourceTree {
  const root = resolve(directory);
  const at = (path: string) => resolve(root, path);
  return {
    async list(path) {
      try {
        const facts = await stat(at(path));
        return facts.isDirectory() ? await listFolder(at(path)) : undefined;
      } catch (error) {
        throw unreadable(path, error);
      }
    },
    async read(path) {
      try {
        return await readFile(at(path));
      } catch (error) {
        throw unreadable(path, error);
      }
    },
    async replace(path, bytes) {
      try {
        const target = await realpath(at(path));
        await access(target, constants.W_OK);
        const before = await stat(target);
        await writeWhole(target, bytes, (file) => takeOver(file, before));
      } catch (error) {
        throw notWritable(path, error);
      }
    },
  };
}

async function listFolder(folder: string): Promise<readonly TreeEntry[]> {
  const listed: TreeEntry[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const { name } = entry;
    const kind = entry.isSymbolicLink() ? await kindBehind(join(folder, name)) : kindOf(entry);
    listed.push({ name, kind });
  }
  return listed.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function kindOf(entry: Dirent): TreeEntry["kind"] {
  if (entry.isDirectory()) return "folder";
  return entry.isFile() ? "file" : "other";
}

/** A link that leads nowhere counts as a file, so that reading it says what is wrong. */
async function kindBehind(path: string): Promise<TreeEntry["kind"]> {
  try {
    return (await stat(path)).isFile() ? "file" : "other";
  } catch {
    return "file";
  }
}

/** Mode and owner of the file before. Only root may give files away. */
async function takeOver(file: FileHandle, before: Stats): Promise<void> {
  const now = await file.stat();
  if (now.uid !== before.uid || now.gid !== before.gid) {
    try {
      await file.chown(before.uid, before.gid);
    } catch (error) {
      if (errnoOf(error) !== "EPERM") throw error;
    }
  }
  await file.chmod(before.mode & PERMISSIONS);
}
