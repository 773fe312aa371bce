import type { Address } from "../address/address.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import { type Diagnostic, errorDiagnostic } from "../diagnostics/diagnostic.ts";
import type { Renames } from "./moves.ts";

/** A backup set that would take the address of points which another set left there. */
interface TakenAddress {
  readonly from: Address;
  readonly to: Address;
  /** Points that are not purged. */
  readonly points: number;
}

/**
 * Orphans are kept until a plan names what becomes of them. A set that gets their address would bring its rule over them, as
 * if it had always been theirs: the next prune would take what that rule gives up, without a grace and without a word.
 */
export function takenAddresses(
  renames: Renames,
  points: readonly RecoveryPoint[],
): readonly TakenAddress[] {
  if (renames.size === 0) return [];
  const left = Map.groupBy(
    points.filter(({ state }) => state !== "purged"),
    ({ backupSet }) => backupSet,
  );
  return [...renames].flatMap(([from, to]) => {
    const count = renames.has(to) ? 0 : (left.get(to)?.length ?? 0);
    return count === 0 ? [] : [{ from, to, points: count }];
  });
}

/** What is wrong with a move onto such an address, and the way on. */
export function takenDetail({ from, to, points }: TakenAddress): string {
  const are = points === 1 ? "1 recovery point is" : `${points} recovery points are`;
  return `${from} would become ${to}, where ${are} left of an earlier backup set of that name. The rule of ${from} would decide about ${points === 1 ? "it" : "them"} from then on, and no plan would have said what it gives up. Nothing was changed. Choose another address; or write ${to} as a set of its own, so that a plan shows what its rule does to ${points === 1 ? "it" : "them"}.`;
}

/** PLAN_MOVE_CONFLICT for each. */
export function takenErrors(
  renames: Renames,
  points: readonly RecoveryPoint[],
): readonly Diagnostic[] {
  return takenAddresses(renames, points).map((taken) =>
    errorDiagnostic({
      code: "PLAN_MOVE_CONFLICT",
      summary: "Address with recovery points",
      detail: takenDetail(taken),
      address: taken.to,
    }),
  );
}
