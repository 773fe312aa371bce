import type { Json } from "../../../core/kit/json.ts";
import type { ArgumentSchema } from "../../../schemas/blocks/block-schema.ts";
import { formatValue } from "./argument-text.ts";

/** An element of a list or a line of a text that comes, goes or stands between such. */
interface PieceRow {
  readonly mark: "+" | "-" | " ";
  readonly text: string;
}

/** A change of a long value, piece by piece. */
export interface LongDifference {
  /** What stands before and after the pieces. */
  readonly brackets: readonly [string, string];
  readonly pieces: readonly PieceRow[];
  /** How many pieces stay and are not shown. */
  readonly kept: number;
}

/** What fits beside its name: longer lists are shown by their elements. */
const SHORT = 60;

/** More lines than that would take long to compare; then a value is shown whole. */
const MOST_LINES = 1000;

/** How a long list or a text of several lines changes; undefined where both values fit on one line. */
export function longDifference(
  schema: ArgumentSchema | undefined,
  before: Json,
  after: Json,
): LongDifference | undefined {
  if (Array.isArray(before) && Array.isArray(after)) {
    const length = formatValue(before).length + formatValue(after).length;
    return length > SHORT ? ofElements(schema, before as Json[], after as Json[]) : undefined;
  }
  if (typeof before !== "string" || typeof after !== "string") return undefined;
  if (!before.includes("\n") && !after.includes("\n")) return undefined;
  const sides = [before, after].map((text) => text.replace(/\n$/, "").split("\n").map(asLine));
  const [old = [], fresh = []] = sides;
  return Math.max(old.length, fresh.length) > MOST_LINES ? undefined : ofLines(old, fresh);
}

const isSet = (schema: ArgumentSchema | undefined) =>
  schema?.type === "string_set" || schema?.type === "patterns";

function ofElements(
  schema: ArgumentSchema | undefined,
  before: readonly Json[],
  after: readonly Json[],
): LongDifference {
  const [old, fresh] = [before.map(formatValue), after.map(formatValue)];
  if (!isSet(schema)) return { ...ofLines(old, fresh), brackets: ["[", "]"] };
  const gone = old.filter((each) => !fresh.includes(each));
  const come = fresh.filter((each) => !old.includes(each));
  return {
    brackets: ["[", "]"],
    pieces: [
      ...gone.map((text) => ({ mark: "-", text }) as const),
      ...come.map((text) => ({ mark: "+", text }) as const),
    ],
    kept: new Set(fresh).size - come.length,
  };
}

/** A line of the text without its quotes, with control characters escaped. */
function asLine(line: string): string {
  return formatValue(line).slice(1, -1).replaceAll('\\"', '"');
}

/** How many lines beside a change are shown. */
const CONTEXT = 2;

function ofLines(old: readonly string[], fresh: readonly string[]): LongDifference {
  const pieces = compareLines(old, fresh);
  const isNear = (index: number) =>
    pieces
      .slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1)
      .some(({ mark }) => mark !== " ");
  const shown = pieces.filter(({ mark }, index) => mark !== " " || isNear(index));
  return { brackets: ["<<-EOT", "EOT"], pieces: shown, kept: pieces.length - shown.length };
}

/** By the longest lines that both have in common, in their order. */
function compareLines(old: readonly string[], fresh: readonly string[]): readonly PieceRow[] {
  const lengths = commonLengths(old, fresh);
  const pieces: PieceRow[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < fresh.length) {
    const [left, right] = [old[i], fresh[j]];
    if (left !== undefined && left === right) {
      pieces.push({ mark: " ", text: left });
      i += 1;
      j += 1;
    } else if (
      left !== undefined &&
      (right === undefined || at(lengths, i + 1, j) >= at(lengths, i, j + 1))
    ) {
      pieces.push({ mark: "-", text: left });
      i += 1;
    } else if (right !== undefined) {
      pieces.push({ mark: "+", text: right });
      j += 1;
    }
  }
  return pieces;
}

function at(lengths: readonly Uint16Array[], i: number, j: number): number {
  return lengths[i]?.[j] ?? 0;
}

/** For each pair of places how many lines behind them are common. */
function commonLengths(old: readonly string[], fresh: readonly string[]): readonly Uint16Array[] {
  const lengths = Array.from({ length: old.length + 1 }, () => new Uint16Array(fresh.length + 1));
  for (let i = old.length - 1; i >= 0; i -= 1) {
    const row = lengths[i];
    if (row === undefined) continue;
    for (let j = fresh.length - 1; j >= 0; j -= 1) {
      const longer = Math.max(at(lengths, i + 1, j), at(lengths, i, j + 1));
      row[j] = old[i] === fresh[j] ? at(lengths, i + 1, j + 1) + 1 : longer;
    }
  }
  return lengths;
}
