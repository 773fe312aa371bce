import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import { failure } from "../diagnostics/diagnostic.ts";

/** The listed point that an id, or a unique beginning of one, means. POINT_NOT_FOUND, POINT_AMBIGUOUS. */
export function findPoint(text: string, points: readonly RecoveryPoint[]): RecoveryPoint {
  const listed = points.filter(({ state }) => state === "listed");
  const found = tryFindPoint(text, listed);
  if (found !== undefined) return found;
  throw failure({
    code: "POINT_NOT_FOUND",
    summary: "Recovery point not found",
    detail: `No listed recovery point has the id ${text} (a beginning must be at least 4 characters long). See what there is:\n\n    holdfast points`,
  });
}

/** As `findPoint`, among points of any state; undefined where there is none. POINT_AMBIGUOUS. */
export function tryFindPoint<Point extends Pick<RecoveryPoint, "id">>(
  text: string,
  points: readonly Point[],
): Point | undefined {
  const matches = points.filter(
    ({ id }) => id === text || (text.length >= 4 && id.startsWith(text)),
  );
  if (matches.length <= 1) return matches[0];
  const some = matches.slice(0, 5).map(({ id }) => `    ${id}`);
  throw failure({
    code: "POINT_AMBIGUOUS",
    summary: "Ambiguous recovery point",
    detail: `${matches.length} recovery points begin with ${text}. Give more of the id:\n\n${some.join("\n")}`,
  });
}
