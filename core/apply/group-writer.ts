import type { Catalog, CatalogChange } from "../catalog/catalog.ts";

/** Records what belongs together. Durable when it resolves; rejects as `Catalog.write` does. */
export type WriteStep = (changes: readonly CatalogChange[]) => Promise<void>;

interface Waiting {
  readonly changes: readonly CatalogChange[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Writes that are asked for in the same turn of the event loop, or while another write runs, become one write of the
 * catalog: each costs several flushes of a disk, however much it holds. If it fails, it fails for each of them.
 */
export function createGroupWriter(catalog: Catalog): WriteStep {
  let waiting: Waiting[] = [];
  let isWriting = false;
  const writeAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      await writeGroup(catalog, group);
    }
    isWriting = false;
  };
  return (changes) =>
    new Promise((resolve, reject) => {
      waiting.push({ changes, resolve, reject });
      if (isWriting) return;
      isWriting = true;
      setImmediate(() => void writeAll());
    });
}

async function writeGroup(catalog: Catalog, group: readonly Waiting[]): Promise<void> {
  try {
    await catalog.write(group.flatMap(({ changes }) => changes));
  } catch (error) {
    for (const { reject } of group) reject(error);
    return;
  }
  for (const { resolve } of group) resolve();
}
