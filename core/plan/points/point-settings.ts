import type { Settings } from "../../config/configuration.ts";
import { tryParseDuration } from "../../kit/duration.ts";

/** What the `holdfast` block says of purges: the grace in milliseconds, and what a GiB costs a month. */
export function pointSettings({ purge_grace: grace, prices }: Settings) {
  const milliseconds = tryParseDuration(grace);
  if (milliseconds === undefined) {
    throw new Error(
      `a checked configuration has ${JSON.stringify(grace)} as a grace. This is a bug.`,
    );
  }
  return { grace: milliseconds, storageGibMonth: prices?.storage_gib_month ?? null };
}
