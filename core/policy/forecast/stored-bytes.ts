import type { ObservedPoint } from "./point-sizes.ts";

/**
 * About how many bytes the kept points of one database take. A vault keeps equal chunks once: a full stores what changed
 * since the one before, and what they share stays when that one is purged. So the oldest kept full weighs as much as the
 * largest full that was ever made up to it, and everything else what it stored itself.
 */
export function storedBytes(
  points: readonly ObservedPoint[],
  isKept: (point: ObservedPoint) => boolean,
): number {
  const kept = points.filter(isKept);
  const oldest = kept
    .filter(({ type }) => type === "full")
    .reduce<ObservedPoint | undefined>(
      (first, point) => (first !== undefined && first.createdAt <= point.createdAt ? first : point),
      undefined,
    );
  const own = kept.reduce((sum, point) => sum + (point === oldest ? 0 : sizeOf(point)), 0);
  if (oldest === undefined) return own;
  const weights = points
    .filter(({ type, createdAt }) => type === "full" && createdAt <= oldest.createdAt)
    .map(sizeOf);
  return own + weights.reduce((most, bytes) => Math.max(most, bytes), 0);
}

function sizeOf({ bytesStored }: ObservedPoint): number {
  return bytesStored ?? 0;
}
