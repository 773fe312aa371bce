import { dependenciesOf, type LinkedPoint } from "./dependencies.ts";
import { byDatabase, isLog, isNewer, type RetainedPoint } from "./retained-point.ts";

/** Ids of the points that stay until there is a newer one, whatever the rule says. */
export function newestIds(points: readonly RetainedPoint[]): ReadonlySet<string> {
  const { points: linked } = dependenciesOf(points.filter((point) => !isLog(point)));
  return new Set(newestOf(byDatabase(linked)).map(({ id }) => id));
}

/**
 * Of each database the newest point that can be restored; the newest of all where none can. Takes the points of
 * each database without logs: those go by the daily period whatever happens (B-65).
 */
export function newestOf(databases: readonly (readonly LinkedPoint[])[]): readonly LinkedPoint[] {
  return databases.flatMap((own) => {
    const whole = newestAmong(own, (point) => point.isRestorable);
    const newest = whole ?? newestAmong(own, () => true);
    return newest === undefined ? [] : [newest];
  });
}

function newestAmong(
  points: readonly LinkedPoint[],
  counts: (point: LinkedPoint) => boolean,
): LinkedPoint | undefined {
  let newest: LinkedPoint | undefined;
  for (const point of points) {
    if (newest !== undefined && !isNewer(point, newest)) continue;
    if (counts(point)) newest = point;
  }
  return newest;
}
