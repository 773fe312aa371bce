import type { Dependencies } from "./dependencies.ts";
import { byDatabase, isLog, isNewer, type RetainedPoint } from "./retained-point.ts";

/**
 * Of each database the newest point that can be restored; the newest of all where none can. Logs are not meant: they
 * go by the daily period whatever happens (B-65).
 */
export function newestOf(
  points: readonly RetainedPoint[],
  dependencies: Dependencies,
): readonly RetainedPoint[] {
  return byDatabase(points).flatMap((own) => {
    let newest: { readonly point: RetainedPoint; readonly restorable: boolean } | undefined;
    for (const point of own) {
      if (isLog(point)) continue;
      if (newest?.restorable === true && !isNewer(point, newest.point)) continue;
      const restorable = dependencies.isRestorable(point);
      const wins =
        newest === undefined ||
        (restorable === newest.restorable ? isNewer(point, newest.point) : restorable);
      if (wins) newest = { point, restorable };
    }
    return newest === undefined ? [] : [newest.point];
  });
}
