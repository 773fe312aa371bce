import { readlinkSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { relative } from "node:path";
import type { BlobStore } from "../../core/storage/blob-store.ts";
import { createFolderStore } from "../../providers/local/folder-store.ts";
import { publishFile } from "../../providers/local/publish-file.ts";

/** What made something durable, or gave it a name; paths are below the folder, which itself is "". */
export type FolderEvent =
  | { readonly kind: "flush"; readonly path: string }
  | { readonly kind: "name"; readonly temporary: string; readonly path: string };

export interface WatchedFolder extends AsyncDisposable {
  readonly store: BlobStore;
  /** In the order in which they ended, the naming of a file before the flush of its folder. */
  readonly events: readonly FolderEvent[];
}

/** A store in a folder whose flushes are watched in this whole process. Needs /proc. */
export async function watchFolder(root: string): Promise<WatchedFolder> {
  const events: FolderEvent[] = [];
  await using probe = await open(tmpdir(), "r");
  const prototype = Object.getPrototypeOf(probe) as Pick<FileHandle, "sync" | "fd">;
  const { sync } = prototype;
  prototype.sync = async function flush(this: FileHandle) {
    const path = readlinkSync(`/proc/self/fd/${this.fd}`);
    await sync.call(this);
    events.push({ kind: "flush", path: relative(root, path) });
  };
  const store = createFolderStore(root, async (temporary, final) => {
    const named = { temporary: relative(root, temporary), path: relative(root, final) };
    events.push({ kind: "name", ...named });
    await publishFile(temporary, final);
  });
  return {
    store,
    events,
    [Symbol.asyncDispose]: async () => {
      prototype.sync = sync;
    },
  };
}
