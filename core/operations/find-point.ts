import { type GracedPoint, isGraced } from "../catalog/graced-point.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import { failure } from "../diagnostics/diagnostic.ts";

/** The listed point that an id, or a unique beginning of one, means. POINT_NOT_FOUND, POINT_GIVEN_UP, POINT_AMBIGUOUS. */
export function findPoint(text: string, points: readonly RecoveryPoint[]): RecoveryPoint {
  const listed = points.filter(({ state }) => state === "listed");
  const found = tryFindPoint(text, listed);
  if (found !== undefined) return found;
  const hidden = tryFindPoint(text, points.filter(isGraced));
  if (hidden !== undefined) throw givenUp(hidden);
  throw failure({
    code: "POINT_NOT_FOUND",
    summary: "Recovery point not found",
    detail: `No listed recovery point has the id ${text} (a beginning must be at least 4 characters long). See what there is:\n\n    holdfast points`,
  });
}

function givenUp({ id, database, purge: { apply, at, after } }: GracedPoint) {
  return failure({
    code: "POINT_GIVEN_UP",
    summary: "Recovery point given up",
    detail: `${apply} gave up the recovery point ${id.slice(0, 12)} of ${database} at ${new Date(at).toISOString()}. It is kept whole until ${new Date(after).toISOString()}; then the next prune may remove it. Until then it can be had back, with everything else that this apply changed:\n\n    holdfast apply -undo ${apply}`,
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
