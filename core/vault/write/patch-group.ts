import {
  type ListedChunk,
  type ListedEntry,
  type PatchSpan,
  type SourceSpan,
  spansOf,
  storedChunksOf,
} from "../format/extent-entry.ts";
import { fitsEntry, LONGEST_PART, MOST_SOURCES } from "../format/group-entry.ts";
import type { EqualStretch } from "./equal-bytes.ts";

/** What is shorter is stored again: to say where it lies takes some bytes as well. */
const LEAST_SPAN = 16;
/** Smaller groups are stored whole: an entry that puts one together takes some 150 bytes. */
const LEAST_GROUP = 2048;

/** How a group is stored as what differs from an earlier one. */
export interface GroupPlan {
  /** Chunks that are stored already; the first is the base. */
  readonly taken: readonly ListedChunk[];
  /** In order; those that lie in no taken chunk have the number behind the last of those. */
  readonly spans: readonly SourceSpan[];
  /** What is to be stored: the source behind the taken ones. Empty where nothing is. */
  readonly rest: Uint8Array;
}

/** Whether a chunk of that length may be put together, or be what others are put together from. */
export function isPatchable(length: number): boolean {
  return length >= LEAST_GROUP && length <= LONGEST_PART;
}

/**
 * A row group is put together from stored chunks, never from what is put together itself: from its *base*, an earlier group that
 * was stored whole, and at most three chunks of changes. At least half of the group comes from the base, at least half of the
 * base and of each earlier chunk of changes is used: so all of them take at most twice the space of the group. Undefined when
 * the group had better be stored whole.
 */
export function planGroup(
  fresh: Uint8Array,
  earlier: ListedEntry,
  stretches: readonly EqualStretch[],
): GroupPlan | undefined {
  const chunks = storedChunksOf(earlier);
  const pieces = piecesOf(spansOf(earlier), stretches);
  const used = chunks.map(() => 0);
  for (const { source, length } of pieces) used[source] = (used[source] ?? 0) + length;
  const [base] = chunks;
  const fromBase = (used[0] ?? 0) * 2;
  if (base === undefined || fromBase < fresh.length || fromBase < base.length) return undefined;
  const isWorth = (source: number): boolean =>
    source === 0 || (used[source] ?? 0) * 2 >= (chunks[source]?.length ?? 0);
  const worth = [...chunks.keys()].filter((source) => (used[source] ?? 0) > 0 && isWorth(source));
  // One place is left for what is new.
  for (const kept of [worth, [0]]) {
    if (kept.length >= MOST_SOURCES) continue;
    const plan = planOf(fresh, { chunks, pieces, kept });
    if (fitsEntry(plan.spans)) return plan;
  }
  return undefined;
}

/** The stretches by the stored chunks that they lie in: an earlier group may be put together itself. */
function piecesOf(
  spans: readonly PatchSpan[],
  stretches: readonly EqualStretch[],
): readonly PatchSpan[] {
  const pieces: PatchSpan[] = [];
  for (const stretch of stretches) {
    const end = stretch.from + stretch.length;
    for (const span of spans) {
      const first = Math.max(stretch.from, span.to);
      const length = Math.min(end, span.to + span.length) - first;
      if (length < LEAST_SPAN) continue;
      const from = span.from + first - span.to;
      pieces.push({ source: span.source, from, to: stretch.to + first - stretch.from, length });
    }
  }
  return pieces;
}

function planOf(
  fresh: Uint8Array,
  {
    chunks,
    pieces,
    kept,
  }: {
    readonly chunks: readonly ListedChunk[];
    readonly pieces: readonly PatchSpan[];
    /** Numbers of the chunks to take from. */
    readonly kept: readonly number[];
  },
): GroupPlan {
  const spans: SourceSpan[] = [];
  const rest: Uint8Array[] = [];
  let restLength = 0;
  let at = 0;
  const store = (end: number): void => {
    if (end === at) return;
    const length = end - at;
    spans.push({ source: kept.length, from: restLength, length });
    rest.push(fresh.subarray(at, end));
    restLength += length;
  };
  for (const { source, from, to, length } of pieces) {
    const number = kept.indexOf(source);
    if (number === -1) continue;
    store(to);
    spans.push({ source: number, from, length });
    at = to + length;
  }
  store(fresh.length);
  const taken = kept.flatMap((source) => chunks[source] ?? []);
  return { taken, spans, rest: Buffer.concat(rest) };
}
