import type { Dependencies } from "./dependencies.ts";
import { isNewer, type RetainedPoint } from "./retained-point.ts";

/**
 * Of each database the newest point that can be restored; the newest of all where none can. Takes the points of
 * each database without logs: those go by the daily period whatever happens (B-65).
 */
export function newestOf(
  databases: readonly (readonly RetainedPoint[])[],
  { restorable }: Pick<Dependencies, "restorable">,
): readonly RetainedPoint[] {
  return databases.flatMap((own) => {
    const whole = newestAmong(own, (point) => restorable.has(point));
    const newest = whole ?? newestAmong(own, () => true);
    return newest === undefined ? [] : [newest];
  });
}

function newestAmong(
  points: readonly RetainedPoint[],
  counts: (point: RetainedPoint) => boolean,
): RetainedPoint | undefined {
  let newest: RetainedPoint | undefined;
  for (const point of points) {
    if (newest !== undefined && !isNewer(point, newest)) continue;
    if (counts(point)) newest = point;
  }
  return newest;
}
