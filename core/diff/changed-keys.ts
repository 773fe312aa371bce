import type { Abortable } from "../kit/abortable.ts";
import type { ImageCell } from "./image.ts";
import { rowOfCells } from "./image.ts";
import type { KeyHistory } from "./key-history.ts";
import type { RowComparison, RowDifference } from "./row-comparison.ts";
import { needsFormer, type StandingRow, standing, type TableBase } from "./table-base.ts";

/** Changes of one side, and what they are put upon. */
interface ChangedSide {
  readonly net: ReadonlyMap<string, KeyHistory>;
  readonly base: TableBase;
  /** Numbers of the key's columns. */
  readonly key: readonly number[];
}

export interface ChangedSides {
  readonly before: ChangedSide;
  readonly after: ChangedSide;
  /** Both are put upon the same rows. */
  readonly isShared: boolean;
  /** The images before first changes are what stands in the base. */
  readonly tellsFormer: boolean;
  readonly comparison: RowComparison;
  /** Whether images may leave values out. */
  readonly hasLarge: boolean;
}

/** Differences that are told at once. */
const BATCH = 500;

type Rows = { readonly before: StandingRow | undefined; readonly after: StandingRow | undefined };
/** What stood on each side before its changes; null where there was no row. */
interface Looked {
  readonly before: () => StandingRow;
  readonly after: () => StandingRow;
}

/** Compares the rows of those keys that changed on either side. Of the differences, the first `shown` have all values. */
export async function* changedKeys(
  sides: ChangedSides,
  { shown, signal }: Abortable & { readonly shown: number },
): AsyncGenerator<readonly RowDifference[]> {
  const keys = [...new Set([...sides.before.net.keys(), ...sides.after.net.keys()])];
  const partial: string[] = [];
  const unknown: string[] = [];
  let left = shown;
  for (const some of batchesOf(keys)) {
    const known = some.filter((key) => {
      const state = stateOf(told(sides, key), sides);
      if (state === "partial") partial.push(key);
      if (state === "unknown" && !isCircle(sides, key)) unknown.push(key);
      return state === "whole";
    });
    const found = differencesAt(sides, known);
    left -= found.length;
    if (found.length > 0) yield found;
  }
  const differing = partial.filter((key) => compare(sides, key, told(sides, key)) !== undefined);
  const toComplete = differing.slice(0, Math.max(0, left));
  yield* lookUpAll(sides, [...unknown, ...toComplete], { signal });
  for (const some of batchesOf(differing.slice(toComplete.length))) {
    yield differencesAt(sides, some);
  }
}

function* batchesOf<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += BATCH) yield items.slice(at, at + BATCH);
}

/** As far as changes tell. */
function differencesAt(sides: ChangedSides, keys: readonly string[]): readonly RowDifference[] {
  return keys.flatMap((key) => compare(sides, key, told(sides, key)) ?? []);
}

async function* lookUpAll(
  sides: ChangedSides,
  keys: readonly string[],
  options: Abortable,
): AsyncGenerator<readonly RowDifference[]> {
  for (let open = keys; open.length > 0; ) {
    const { looked, left } = await lookUp(sides, open, options);
    for (const some of batchesOf(looked)) {
      const found = some.flatMap((each) => differenceAt(sides, each) ?? []);
      if (found.length > 0) yield found;
    }
    open = left;
  }
}

/** As far as changes tell. */
function told({ before, after, tellsFormer }: ChangedSides, key: string): Rows {
  const [old, now] = [before.net.get(key), after.net.get(key)];
  const image = tellsFormer ? (old ?? now)?.former() : undefined;
  const former = image?.cells() ?? (image === null ? null : undefined);
  return { before: standing(old, former), after: standing(now, former) };
}

/** A row that came and went as it was: nothing differs, whether it was there before or not. */
function isCircle({ before, after, tellsFormer, hasLarge }: ChangedSides, key: string): boolean {
  const history = before.net.get(key) ?? after.net.get(key);
  return tellsFormer && !hasLarge && history?.fate().kind === "row_if_before";
}

function isMissing(cell: ImageCell): boolean {
  return cell === undefined;
}

/** `partial`: some values are left out, but those are the same on both sides. */
function stateOf(
  { before, after }: Rows,
  { isShared }: ChangedSides,
): "whole" | "partial" | "unknown" {
  if (before === undefined || after === undefined) return "unknown";
  const hasGaps = [before, after].some((row) => row?.some(isMissing) === true);
  if (!hasGaps) return "whole";
  if (!isShared) return "unknown";
  if (before === null || after === null) return "partial";
  const isSame = before.every((cell, at) => isMissing(cell) === isMissing(after[at]));
  return isSame ? "partial" : "unknown";
}

function compare(
  { comparison }: ChangedSides,
  key: string,
  { before, after }: Rows,
): RowDifference | undefined {
  return comparison.differenceOf({
    before: before ? rowOfCells(key, before) : undefined,
    after: after ? rowOfCells(key, after) : undefined,
  });
}

function differenceAt(
  sides: ChangedSides,
  [key, looked]: readonly [key: string, Looked],
): RowDifference | undefined {
  const { before, after } = sides;
  return compare(sides, key, {
    before: standing(before.net.get(key), looked.before()),
    after: standing(after.net.get(key), looked.after()),
  });
}

const nothing = (): StandingRow => null;

async function lookUp(
  sides: ChangedSides,
  keys: readonly string[],
  options: Abortable,
): Promise<{ readonly looked: readonly [string, Looked][]; readonly left: readonly string[] }> {
  const { before, after, isShared } = sides;
  const wantedOf = (side: ChangedSide, some: readonly string[]) =>
    new Map(
      some
        .filter((key) => isShared || needsFormer(side.net.get(key)?.fate()))
        .map((key) => [key, contentsOf(sides, key)]),
    );
  const olds = await before.base.find(wantedOf(before, keys), options);
  const rest = keys.filter((key) => !olds.left.has(key));
  const news = isShared ? olds : await after.base.find(wantedOf(after, rest), options);
  const isLeft = (key: string) => olds.left.has(key) || news.left.has(key);
  const looked = keys
    .filter((key) => !isLeft(key))
    .map((key): [string, Looked] => [
      key,
      { before: olds.rows.get(key) ?? nothing, after: news.rows.get(key) ?? nothing },
    ]);
  return { looked, left: keys.filter(isLeft) };
}

/** The values of a key, as some row with it has them. */
function contentsOf({ before, after }: ChangedSides, key: string): readonly (Uint8Array | null)[] {
  const side = before.net.has(key) ? before : after;
  const cells = side.net.get(key)?.sample.cells() ?? [];
  return side.key.map((column) => cells[column]?.bytes ?? null);
}
