import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import { failure } from "../diagnostics/diagnostic.ts";
import type { Instant } from "../kit/clock.ts";

/** Milliseconds by which the clocks of this machine and of a store may differ. Retention counts in days. */
const TOLERANCE = 60 * 60 * 1000;

export interface Clocks {
  /** Of this machine. */
  readonly program: Instant;
  /** Of the store of a vault. */
  readonly store: Instant;
  /** When the store got what the catalog knows to be in the vault, or to have been there. */
  readonly points: readonly Pick<RecoveryPoint, "storedAt">[];
}

/**
 * The time by which points expire: the earlier of the two clocks, so that a fast one ends nothing early. PRUNE_CLOCK_DIFFERS
 * where they differ by more than an hour, PRUNE_CLOCK_BACK where it is earlier than the store's time of a point: then
 * nobody knows what the time is, and nothing may be purged by it.
 */
export function trustedTime({ program, store, points }: Clocks): Instant {
  if (Math.abs(program - store) > TOLERANCE) {
    throw failure({
      code: "PRUNE_CLOCK_DIFFERS",
      summary: "Clocks differ",
      detail: `This machine says that it is ${iso(program)}, and the store of the vault ${iso(store)}. One of them is wrong by more than an hour, and by a wrong clock recovery points would be purged before their time, so nothing was purged. Set the clocks right, and run it again.`,
    });
  }
  const at = program < store ? program : store;
  const seen = points.reduce((newest, { storedAt = newest }) => Math.max(newest, storedAt), 0);
  if (at + TOLERANCE >= seen) return at;
  throw failure({
    code: "PRUNE_CLOCK_BACK",
    summary: "Clock stepped back",
    detail: `It is ${iso(at)} by the clocks of this machine and of the store, but the catalog has a recovery point that the store got at ${iso(seen)}. A clock was wrong then or is wrong now, so nothing was purged. Set the clocks right, and run it again.`,
  });
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
