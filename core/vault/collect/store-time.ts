import { failure } from "../../diagnostics/diagnostic.ts";
import { type Instant, toInstant } from "../../kit/clock.ts";
import type { Abortable } from "../../storage/blob-store.ts";
import type { VaultAccess } from "../vault-access.ts";

/** Milliseconds by which the machines of a store may differ, and by which times may be rounded. */
const SLACK = 60_000;

/** When the newest of the blobs was written, by the store's time; 0 where there is none. */
export async function highestTimeOf(
  access: VaultAccess,
  prefixes: readonly string[],
  options: Abortable,
): Promise<Instant> {
  let highest = 0;
  for (const prefix of prefixes) {
    for await (const { writtenAt } of access.store.list(prefix, options)) {
      highest = Math.max(highest, writtenAt);
    }
  }
  return toInstant(highest);
}

/** VAULT_CLOCK_BACK when the store's time is earlier than one that stands in the vault. */
export function requireClock(now: Instant, highest: Instant): void {
  if (now + SLACK >= highest) return;
  throw failure({
    code: "VAULT_CLOCK_BACK",
    summary: "Clock of the store stepped back",
    detail:
      `The store says that it is ${new Date(now).toISOString()}, but the vault holds blobs from ${new Date(highest).toISOString()}. ` +
      "By a wrong clock a backup that runs could be taken for a dead one, so nothing was removed. Set the clock of the machine that holds the store right, and run it again.",
  });
}
