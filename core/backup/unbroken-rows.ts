import type { RowSlice, TableRows } from "../resource/database-capture.ts";
import { isPassing } from "./passing.ts";
import { type Retrying, waitBefore } from "./retried.ts";

/** All tries were taken: nobody else tries again. */
class GaveUp extends Error {}

/** Throws what the last try failed with. */
export function reasonOf(error: unknown): unknown {
  return error instanceof GaveUp ? error.cause : error;
}

/**
 * The rows of a table, also where the connection is lost among them, as often as more rows come between: then behind the last
 * whole row that was given, where that can be told exactly. Where it cannot, what was lost is thrown as it is.
 */
export async function* unbroken(rows: TableRows, retrying: Retrying): AsyncGenerator<RowSlice> {
  const failed = { times: 0 };
  for (let { slices } = rows; ; ) {
    try {
      for await (const slice of slices) {
        failed.times = 0;
        yield slice;
      }
      return;
    } catch (error) {
      slices = await readOn(rows, { ...retrying, error, failed });
    }
  }
}

interface Broken extends Retrying {
  readonly error: unknown;
  /** Since rows came. */
  readonly failed: { times: number };
}

async function readOn(rows: TableRows, broken: Broken): Promise<AsyncIterable<RowSlice>> {
  const { failed, tries, signal } = broken;
  const read = isPassing(broken.error) ? rows.behind?.() : undefined;
  if (read === undefined) throw broken.error;
  for (let { error } = broken; ; ) {
    failed.times += 1;
    if (failed.times >= tries) throw new GaveUp("all tries were taken", { cause: error });
    await waitBefore(failed.times + 1, error, broken);
    try {
      const next = await read({ signal });
      if (next !== undefined) return next;
    } catch (again) {
      if (!isPassing(again)) throw again;
      error = again;
      continue;
    }
    throw broken.error;
  }
}
