import assert from "node:assert/strict";
import { join } from "node:path";
import type { BlobStore } from "../../../core/storage/blob-store.ts";
import { openCatalog } from "../../../providers/local/sqlite-catalog.ts";
import { digestsUnder } from "../file-digests.ts";

/** All that a script's world keeps: the files of the folder with their digests, and the blobs of its vaults with their sizes. */
export async function inventoryOf(
  folder: string,
  stores: ReadonlyMap<string, BlobStore>,
): Promise<readonly string[]> {
  const lines = [...digestsUnder(folder)].map(([name, digest]) => `${name} ${digest}`);
  for (const [path, store] of stores) {
    for await (const { name, size } of store.list("")) lines.push(`${path} ${name} ${size}`);
  }
  return lines.sort();
}

export function assertUnchanged(before: readonly string[], after: readonly string[]): void {
  assert.deepEqual(after, before, "something was changed");
}

/** Holds the lock of the catalog, as another command at work would. */
export async function holdLock(folder: string): Promise<AsyncDisposable> {
  const catalog = await openCatalog(join(folder, ".holdfast", "catalog.db"));
  const lock = await catalog.lock("apply");
  return {
    async [Symbol.asyncDispose]() {
      await lock[Symbol.asyncDispose]();
      await catalog[Symbol.asyncDispose]();
    },
  };
}
