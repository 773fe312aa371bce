/**
 * Why a point is suspect. `entropy`: its new bytes hardly compress, where those of its database usually do.
 * `rewritten`: far more of the database than usual is not what the vault had of it.
 */
export interface Suspicion {
  readonly reason: "entropy" | "rewritten";
  /** The share that was measured, from 0 to 1: of new bytes that is left after compression, or of the database that is new without growth. */
  readonly measured: number;
  /** The median of the points before. */
  readonly usual: number;
}

/** What was measured of a point; null where it says nothing. */
export interface Sample {
  /** What compression leaves of new bytes. */
  readonly density: number | null;
  /** The share of a full that is new and no growth. */
  readonly rewritten: number | null;
}

/** So many earlier samples at least; a median of fewer says nothing. */
export const FEWEST_SAMPLES = 3;

/** A rise counts from here: half of the way from what is usual to bytes that do not compress at all. */
const ENTROPY_RISE = 0.5;
const ENTROPY_ABOVE_HIGHEST = 0.05;
const REWRITTEN_RISE = 0.3;
const REWRITTEN_ABOVE_HIGHEST = 0.1;

/** So many median deviations are no chance. */
const DEVIATIONS = 6;

/**
 * Holds a sample against those of earlier points of the same database, type and method. A database is compared with its
 * own past only: one that always hardly compresses (encrypted, or full of pictures) is never suspect for that, and neither
 * is one whose indexes are rebuilt now and then, once that was seen.
 */
export function judge(sample: Sample, history: readonly Sample[]): Suspicion | null {
  const { density, rewritten } = sample;
  const densities = history.flatMap((each) => each.density ?? []);
  if (density !== null && densities.length >= FEWEST_SAMPLES) {
    const { median, deviation, highest } = spreadOf(densities);
    const rise = Math.max((1 - median) * ENTROPY_RISE, deviation * DEVIATIONS);
    if (density >= median + rise && density >= highest + ENTROPY_ABOVE_HIGHEST) {
      return { reason: "entropy", measured: density, usual: median };
    }
  }
  const shares = history.flatMap((each) => each.rewritten ?? []);
  if (rewritten !== null && shares.length >= FEWEST_SAMPLES) {
    const { median, deviation, highest } = spreadOf(shares);
    const rise = Math.max(REWRITTEN_RISE, deviation * DEVIATIONS);
    if (rewritten >= median + rise && rewritten >= highest + REWRITTEN_ABOVE_HIGHEST) {
      return { reason: "rewritten", measured: rewritten, usual: median };
    }
  }
  return null;
}

function spreadOf(values: readonly number[]) {
  const median = medianOf(values);
  const deviation = medianOf(values.map((value) => Math.abs(value - median)));
  return { median, deviation, highest: Math.max(...values) };
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
