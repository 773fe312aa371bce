import { failure } from "../diagnostics/diagnostic.ts";
import type { Instant } from "../kit/clock.ts";
import { retentionRuleOf } from "../plan/retention-rule.ts";
import { INSTANT_FORMS, tryParseInstant } from "../policy/simulate/read-instant.ts";
import type { ResourceLookup } from "./resource-lookup.ts";

/** A moment, or how somebody typed it: with an offset, or by the clock of the policies that are asked about. */
export type Moment = Instant | string;

/** CLI_USAGE where it is none, or where it has no offset and the backup sets' policies have different clocks. */
export function readMoment(
  moment: Moment,
  backupSets: readonly string[],
  resources: ResourceLookup,
): Instant {
  if (typeof moment !== "string") return moment;
  const zones = new Set(
    backupSets.flatMap((backupSet) => {
      const rule = retentionRuleOf(backupSet, (address, type) => resources.tryGet(address, type));
      return rule === undefined ? [] : [rule.displayZone];
    }),
  );
  const clocks = zones.size === 0 ? ["UTC"] : [...zones].sort();
  const readings = new Set(clocks.map((zone) => tryParseInstant(moment, zone)));
  const [instant] = readings;
  if (readings.size === 1 && instant !== undefined) return instant;
  if (instant === undefined) throw wrongTime(`-at ${moment} is no moment. Write ${INSTANT_FORMS}.`);
  throw wrongTime(
    `-at ${moment} has no offset, and the policies of these backup sets have different clocks (${clocks.join(", ")}). Write the offset: 2017-02-13T11:00:00-08:00.`,
  );
}

/** CLI_USAGE for text that no clock ever shows, before anything is opened. */
export function checkMoment(moment: Moment | undefined): void {
  if (typeof moment !== "string" || tryParseInstant(moment, "UTC") !== undefined) return;
  throw wrongTime(`-at ${moment} is no moment. Write ${INSTANT_FORMS}.`);
}

function wrongTime(detail: string): Error {
  return failure({ code: "CLI_USAGE", summary: "Wrong command line", detail });
}
