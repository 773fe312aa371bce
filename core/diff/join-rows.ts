import { Aligner, alignBatches, type Pair } from "./aligner.ts";
import type { DiffRow } from "./diff-row.ts";

/** Rows of one side, which can be read again. */
export interface RowSource {
  /** Of the rows on the wire. */
  readonly bytes: number;
  readonly rows: () => AsyncIterable<readonly DiffRow[]>;
}

export interface RowSources {
  readonly before: RowSource;
  readonly after: RowSource;
}

/** Bytes of rows in memory at once, about. */
const MOST_HELD = 48 * 1024 * 1024;

type RowPairs = AsyncGenerator<readonly Pair<DiffRow>[]>;

/** Matches rows that come in one order on both sides. Where too many rows in a row have no partner, the rest is matched in passes. */
export async function* alignRows(sources: RowSources, limit = MOST_HELD): RowPairs {
  const aligner = new Aligner<DiffRow>();
  const told = { before: 0, after: 0 };
  const batches = { before: sources.before.rows(), after: sources.after.rows() };
  for await (const pairs of alignBatches(aligner, batches)) {
    told.before += pairs.filter(({ before }) => before !== undefined).length;
    told.after += pairs.filter(({ after }) => after !== undefined).length;
    if (pairs.length > 0) yield pairs;
    if (aligner.weight > limit) break;
  }
  if (aligner.next === undefined) return;
  const before = without(sources.before, told.before);
  yield* joinInPasses({ before, after: without(sources.after, told.after) }, limit);
}

/** Matches rows that come in any order: holds a part of one side at a time, and reads both once for each part. */
export async function* joinInPasses({ before, after }: RowSources, limit = MOST_HELD): RowPairs {
  const passes = Math.max(1, Math.ceil(before.bytes / (limit / 2)));
  for (let pass = 0; pass < passes; pass += 1) {
    const isWanted = (row: DiffRow) => passes === 1 || hashOf(row.key) % passes === pass;
    const held = new Map<string, Held>();
    for await (const rows of before.rows()) {
      for (const row of rows.filter(isWanted)) hold(held, row.detached());
    }
    for await (const rows of after.rows()) {
      const pairs = rows
        .filter(isWanted)
        .map((row) => ({ before: take(held.get(row.key)), after: row }));
      if (pairs.length > 0) yield pairs;
    }
    for (const { rows, taken } of held.values()) {
      if (rows.length > taken) yield rows.slice(taken).map((row) => ({ before: row }));
    }
  }
}

/** Rows of one key, of which the first have their partners: a heap may have some 100,000 equal ones. */
interface Held {
  readonly rows: DiffRow[];
  taken: number;
}

function hold(held: Map<string, Held>, row: DiffRow): void {
  const equal = held.get(row.key);
  if (equal === undefined) held.set(row.key, { rows: [row], taken: 0 });
  else equal.rows.push(row);
}

function take(equal: Held | undefined): DiffRow | undefined {
  const row = equal?.rows[equal.taken];
  if (equal !== undefined && row !== undefined) equal.taken += 1;
  return row;
}

/** Without so many rows at its beginning. */
function without(source: RowSource, count: number): RowSource {
  const rows = async function* () {
    let left = count;
    for await (const batch of source.rows()) {
      const kept = left === 0 ? batch : batch.slice(left);
      left = Math.max(0, left - batch.length);
      if (kept.length > 0) yield kept;
    }
  };
  return { ...source, rows };
}

/** FNV-1a over UTF-16 units. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return hash >>> 0;
}
