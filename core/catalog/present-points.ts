import type { RecoveryPoint } from "./recovery-point.ts";

/** Whether a point is there, or is being made. */
export function isPresent({ state }: Pick<RecoveryPoint, "state">): boolean {
  return state === "listed" || state === "pending";
}
