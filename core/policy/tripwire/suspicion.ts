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

/** What earlier points say of one kind. */
export interface Samples {
  /** All of them make the median. */
  readonly all: readonly number[];
  /** Only those that weighed enough to be judged themselves say how high it goes: a few pictures must not hide what is noise. */
  readonly heavy: readonly number[];
}

export interface History {
  readonly density: Samples;
  readonly rewritten: Samples;
}

/** So many earlier samples at least; a median of fewer says nothing. */
const FEWEST_SAMPLES = 3;

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
export function judge(sample: Sample, history: History): Suspicion | null {
  const { density, rewritten } = sample;
  const entropy = { rise: entropyRise, above: ENTROPY_ABOVE_HIGHEST };
  if (density !== null) {
    const usual = usualIfSuspect(density, history.density, entropy);
    if (usual !== null) return { reason: "entropy", measured: density, usual };
  }
  if (rewritten !== null) {
    const change = { rise: () => REWRITTEN_RISE, above: REWRITTEN_ABOVE_HIGHEST };
    const usual = usualIfSuspect(rewritten, history.rewritten, change);
    if (usual !== null) return { reason: "rewritten", measured: rewritten, usual };
  }
  return null;
}

function entropyRise(median: number): number {
  return (1 - median) * ENTROPY_RISE;
}

interface Limits {
  /** At least so much above a median. */
  readonly rise: (median: number) => number;
  /** And so much above the highest. */
  readonly above: number;
}

/** The median, where the value is far above it; null where it is not, or nobody can say. */
function usualIfSuspect(
  value: number,
  { all, heavy }: Samples,
  { rise, above }: Limits,
): number | null {
  // Nearly every point ends here, so that a million of them take a second.
  if (all.length < FEWEST_SAMPLES || value < Math.max(0, ...heavy) + above) return null;
  const median = medianOf(all);
  const deviation = medianOf(all.map((each) => Math.abs(each - median)));
  return value >= median + Math.max(rise(median), deviation * DEVIATIONS) ? median : null;
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
