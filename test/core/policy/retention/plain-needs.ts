import type { PolicyPoint } from "../../../../core/policy/model/policy-point.ts";

/**
 * What a point needs at once of those that there are, asked of all of them; nothing where it cannot be restored. A
 * segment of changes needs its base, and where that ended before the segment began, what it is applied to instead.
 */
export function plainNeeds(
  point: PolicyPoint,
  all: readonly PolicyPoint[],
): readonly PolicyPoint[] | undefined {
  const base = all.find(({ id }) => id === point.base);
  const isThere = base !== undefined && isRestorable(base, all);
  if (!isPlaced(point)) {
    if (point.base === null) return point.type === "full" ? [] : undefined;
    return isThere ? [base] : undefined;
  }
  if (isThere && holds(point, base)) return [base];
  const after = all
    .filter((other) => isLaid(other) && holds(point, other) && isRestorable(other, all))
    .toSorted(byPlace)
    .at(-1);
  if (after === undefined) return undefined;
  return isThere && base !== after ? [base, after] : [after];
}

export function isRestorable(point: PolicyPoint, all: readonly PolicyPoint[]): boolean {
  return plainNeeds(point, all) !== undefined;
}

const isPlaced = ({ type, reach }: PolicyPoint) => type === "cdc" && reach !== null;
const isEmpty = ({ reach }: PolicyPoint) => reach !== null && reach.from === reach.to;
/** Something that a segment can be applied to. */
const isLaid = (point: PolicyPoint) =>
  isPlaced(point) ? !isEmpty(point) : point.type !== "log" && point.type !== "tail";
const placeOf = ({ reach, createdAt }: PolicyPoint) => reach?.to ?? BigInt(createdAt);

function holds(segment: PolicyPoint, before: PolicyPoint): boolean {
  const { reach } = segment;
  if (reach === null || segment === before) return false;
  if (segment.database !== before.database || segment.server !== before.server) return false;
  if (before.reach !== null && before.reach.fork !== reach.fork) return false;
  const place = placeOf(before);
  if (!isEmpty(segment)) return reach.from <= place && place < reach.to;
  return isPlaced(before)
    ? place === reach.from
    : before.id === segment.base && place >= reach.from;
}

/** Of two at one place the full or differential counts, then the newer. */
function byPlace(a: PolicyPoint, b: PolicyPoint): number {
  if (placeOf(a) !== placeOf(b)) return placeOf(a) < placeOf(b) ? -1 : 1;
  if (isPlaced(a) !== isPlaced(b)) return isPlaced(a) ? -1 : 1;
  if (a.createdAt !== b.createdAt) return a.createdAt - b.createdAt;
  return a.id < b.id ? -1 : 1;
}
