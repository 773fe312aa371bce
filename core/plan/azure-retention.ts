import { AZURE_RETENTION } from "../../schemas/blocks/azure-retention.ts";
import { attributesOf, type ResourceAttributes } from "../../schemas/blocks/resources.ts";
import type { Address } from "../address/address.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { JsonObject } from "../kit/json.ts";
import { daysOf, meaningOf } from "../kit/period.ts";
import type { AzureRetention, LongTermRetention } from "../resource/azure-sql.ts";
import { withoutNothing } from "../resource/same-retention.ts";
import { changedPaths } from "./meaning.ts";
import type { ResourceChange } from "./plan.ts";

export type ManagedRetention = ResourceAttributes<"azure_retention">;

/** What Azure says of the database of a block, or why it says nothing. */
export type RetentionSeen =
  | { readonly status: "observed"; readonly retention: AzureRetention }
  | { readonly status: "failed"; readonly diagnostic: Diagnostic };

/** By the address of the block. */
export type RetentionsSeen = ReadonlyMap<Address, RetentionSeen>;

const KINDS = ["weekly", "monthly", "yearly"] as const;

const NOT_MANAGED = { weekly: null, monthly: null, yearly: null, week_of_year: null };

/** What Azure shall be set to: what the block says, and the rest as it is. */
export function retentionWith(
  { short_term: short, long_term: long }: ManagedRetention,
  { shortTerm, longTerm }: AzureRetention,
): AzureRetention {
  return {
    shortTerm: {
      days: short?.days ?? shortTerm.days,
      differentialHours: short?.differential_hours ?? shortTerm.differentialHours,
    },
    longTerm: longTermWith(long ?? NOT_MANAGED, longTerm),
  };
}

function longTermWith(
  long: NonNullable<ManagedRetention["long_term"]>,
  now: LongTermRetention,
): LongTermRetention {
  const yearly = kept(long.yearly, now.yearly);
  return {
    weekly: kept(long.weekly, now.weekly),
    monthly: kept(long.monthly, now.monthly),
    yearly,
    weekOfYear: yearly === null ? null : (long.week_of_year ?? now.weekOfYear ?? FIRST_WEEK),
  };
}

const FIRST_WEEK = 1;

function kept(wanted: string | null, now: string | null): string | null {
  return wanted === null ? now : withoutNothing(wanted);
}

/** The block as it would be written if it said what Azure has now; what it leaves out, and what means the same, stays. */
export function asAzureHas(managed: ManagedRetention, now: AzureRetention): ManagedRetention {
  const { short_term: short, long_term: long } = managed;
  return {
    ...managed,
    short_term: short && {
      days: now.shortTerm.days,
      differential_hours:
        short.differential_hours === null ? null : now.shortTerm.differentialHours,
    },
    long_term: long && {
      weekly: shown(long.weekly, now.longTerm.weekly),
      monthly: shown(long.monthly, now.longTerm.monthly),
      yearly: shown(long.yearly, now.longTerm.yearly),
      week_of_year:
        long.week_of_year === null ? null : (now.longTerm.weekOfYear ?? long.week_of_year),
    },
  };
}

function shown(written: string | null, now: string | null): string | null {
  if (written === null || meaningOf(written) === meaningOf(now)) return written;
  return now ?? "PT0S";
}

/**
 * The same changes; a block whose database Azure keeps otherwise becomes an update, whatever is recorded, with what Azure has
 * in the place of what was recorded.
 */
export function withRetentions(
  changes: readonly ResourceChange[],
  seen: RetentionsSeen,
): readonly ResourceChange[] {
  if (seen.size === 0) return changes;
  return changes.map((change) => {
    const said = seen.get(change.address);
    return said?.status === "observed" ? compared(change, said.retention) : change;
  });
}

function compared(change: ResourceChange, retention: AzureRetention): ResourceChange {
  const { action, before, after } = change;
  const managed =
    after && attributesOf({ type: change.type, attributes: after }, "azure_retention");
  if (!managed || before === null) return after === null ? change : { ...change, retention };
  if (action !== "no-op" && action !== "update") return { ...change, retention };
  const has = { ...asAzureHas(managed, retention) } as unknown as JsonObject;
  const differing = changedPaths(AZURE_RETENTION, has, after);
  if (differing.length === 0) return action === "no-op" ? change : { ...change, retention };
  const changed = changedPaths(AZURE_RETENTION, before, after);
  const all = new Map([...changed, ...differing].map((path) => [path.join("."), path]));
  const was = differing.reduce((each, path) => withValue(each, has, path), before);
  return { ...change, action: "update", before: was, changed: [...all.values()], retention };
}

/** The attributes with one value of the others. */
function withValue(
  attributes: JsonObject,
  other: JsonObject,
  [name = "", ...rest]: readonly string[],
): JsonObject {
  const value = other[name] ?? null;
  const own = attributes[name] ?? null;
  const isInner = rest.length > 0 && isObject(own) && isObject(value);
  return { ...attributes, [name]: isInner ? withValue(own, value, rest) : value };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * What of its own backups Azure keeps for less time with the second: sentences. Empty where nothing is lost.
 *
 * Short term: "you lose the ability to restore to points in time older than the new retention period", and backups that are not
 * needed within it are deleted (learn.microsoft.com: azure-sql/database/automated-backups-change-settings, "Change short-term
 * retention policy"; the same of managed instances). Long term: a change "applies only to future backups", and the retention of
 * existing ones is not modified (azure-sql/database/long-term-retention-overview, of both).
 */
export function retentionLosses(now: AzureRetention, wanted: AzureRetention): readonly string[] {
  const [was, is] = [now.shortTerm.days, wanted.shortTerm.days];
  const short =
    is < was
      ? [
          `Its point-in-time restore reaches back ${is} days and not ${was}: from that moment on nothing older can be restored, and Azure deletes the backups that it needs no more. A longer time does not bring them back.`,
        ]
      : [];
  const long = KINDS.filter(
    (kind) => !(daysOf(wanted.longTerm[kind]) >= daysOf(now.longTerm[kind])),
  ).map((kind) => {
    const to = wanted.longTerm[kind];
    const rest = to === null ? "no more are kept" : `for ${to}`;
    return `Its ${kind} backups, kept for ${now.longTerm[kind] ?? "no time"} until now: ${rest}. Those that Azure has keep the end that they have.`;
  });
  return [...short, ...long];
}
