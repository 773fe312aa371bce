import { open, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Instant, toInstant } from "../../core/kit/clock.ts";
import { type FoundFiles, partFiles } from "../../core/media/found-files.ts";
import type { MediaFile } from "../../core/media/media-file.ts";
import { orUnreadable } from "./whole-file.ts";

/** The file itself, or every file below a folder by name. FILE_UNREADABLE. */
export async function findBackupFiles(path: string): Promise<FoundFiles> {
  return orUnreadable(path, async () => {
    if (!(await stat(path)).isDirectory()) return { files: [path], others: [] };
    const entries = await readdir(path, { recursive: true, withFileTypes: true });
    const paths = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
    return partFiles(paths);
  });
}

/** Opens a file for reads at any place. FILE_UNREADABLE, also where it became shorter meanwhile. */
export async function openBackupFile(
  path: string,
): Promise<MediaFile & AsyncDisposable & { readonly modifiedAt: Instant }> {
  const attempt = <T>(work: () => Promise<T>) => orUnreadable(path, work);
  const file = await attempt(() => open(path, "r"));
  const { size, mtimeMs } = await attempt(() => file.stat());
  const read = async (offset: number, length: number): Promise<Uint8Array> => {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length; ) {
      const { bytesRead } = await file.read(bytes, at, length - at, offset + at);
      if (bytesRead === 0) throw new Error("it became shorter while it was read");
      at += bytesRead;
    }
    return bytes;
  };
  return {
    name: path,
    size,
    modifiedAt: toInstant(Math.floor(mtimeMs)),
    read: (offset, length) => attempt(() => read(offset, length)),
    [Symbol.asyncDispose]: () => file.close(),
  };
}
