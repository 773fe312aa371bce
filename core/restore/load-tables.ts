import type { Abortable } from "../kit/abortable.ts";

interface Loading<T, L> extends Abortable {
  /** How many at a time. */
  readonly atOnce: number;
  readonly load: (table: T, options: Abortable) => Promise<L>;
}

/**
 * Loads tables, some at a time, and gives what came of them in the order of the tables. The first that fails ends the others,
 * and is told when all have ended.
 */
export async function loadTables<T, L>(
  tables: readonly T[],
  { atOnce, load, signal: given }: Loading<T, L>,
): Promise<readonly L[]> {
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, ...(given ? [given] : [])]);
  const left = tables.entries();
  const loaded: (readonly [number, L])[] = [];
  let failed: { readonly error: unknown } | undefined;
  const work = async (): Promise<void> => {
    for (const [at, table] of left) {
      if (failed !== undefined) return;
      try {
        loaded.push([at, await load(table, { signal })]);
      } catch (error) {
        failed ??= { error };
        stop.abort();
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  if (failed !== undefined) throw failed.error;
  return loaded.toSorted(([one], [other]) => one - other).map(([, table]) => table);
}
