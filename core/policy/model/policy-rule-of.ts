import { tryParseDuration } from "../../kit/duration.ts";
import {
  MOST_COUNTED,
  type RetentionClass,
  type RetentionRule,
} from "../retention/retention-rule.ts";
import { startDelay } from "../schedule/start-delay.ts";
import type { Milliseconds, PolicyRule } from "./policy-rule.ts";

/** The arguments of a policy that say when, as its block has them. */
export interface PolicyArguments {
  readonly method: PolicyRule["method"];
  readonly timezone: string;
  readonly full: { readonly schedule: string } | null;
  readonly differential: { readonly schedule: string } | null;
  readonly log: { readonly every: string } | null;
  readonly cdc: { readonly every: string } | null;
  readonly window: { readonly start: string; readonly duration: string } | null;
  /** Catalogs of earlier versions do not have it. */
  readonly jitter?: string | null | undefined;
}

/** The arguments of a retention, as its block has them. */
export interface RetentionArguments {
  readonly daily: number;
  readonly weekly: number;
  readonly monthly: number;
  readonly yearly: number;
  /** Null: the policy's. */
  readonly timezone: string | null;
  readonly week_starts: RetentionRule["weekStarts"];
  readonly representative: RetentionRule["representative"];
  readonly legal_hold: boolean;
  /** Catalogs of earlier versions do not have it. */
  readonly dead_logs?: RetentionRule["deadLogs"];
}

/**
 * The rule that a policy and its retention make for the backup set at that address, or for none in particular: then nothing
 * is delayed. Throws on arguments that `validate` refuses.
 */
export function policyRuleOf(
  policy: PolicyArguments,
  retention: RetentionArguments,
  backupSet?: string,
): PolicyRule {
  const { method, timezone, full, differential, log, cdc, window } = policy;
  return {
    method,
    timezone,
    full: full && { schedule: full.schedule },
    differential: differential && { schedule: differential.schedule },
    log: log && { every: readDuration(log.every) },
    cdc: cdc && { every: readDuration(cdc.every) },
    window: window && {
      startMinute: readMinute(window.start),
      duration: readDuration(window.duration),
    },
    delay: backupSet === undefined ? NO_TIME : startDelay(backupSet, jitterOf(policy)),
    retention: retentionRuleFrom(retention, policy),
  };
}

const NO_TIME = 0 as Milliseconds;

/** Over how much time the starts of a policy's backup sets are spread. */
export function jitterOf({ jitter }: Pick<PolicyArguments, "jitter">): Milliseconds {
  return jitter === undefined || jitter === null ? NO_TIME : readDuration(jitter);
}

/** Days end in the retention's zone, or in the policy's where it has none. */
export function retentionRuleFrom(
  retention: RetentionArguments,
  policy: Pick<PolicyArguments, "timezone">,
): RetentionRule {
  const counted = (name: RetentionClass) => Math.min(retention[name], MOST_COUNTED[name]);
  return {
    daily: counted("daily"),
    weekly: counted("weekly"),
    monthly: counted("monthly"),
    yearly: counted("yearly"),
    representative: retention.representative,
    timezone: retention.timezone ?? policy.timezone,
    weekStarts: retention.week_starts,
    legalHold: retention.legal_hold,
    deadLogs: retention.dead_logs ?? "purge",
  };
}

function readDuration(text: string): Milliseconds {
  const duration = tryParseDuration(text);
  if (duration === undefined) throw unchecked(text, "duration");
  return duration as number as Milliseconds;
}

/** `22:00` as minutes since midnight. */
function readMinute(text: string): number {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  if (hours === undefined || minutes === undefined) throw unchecked(text, "time of day");
  return Number(hours) * 60 + Number(minutes);
}

function unchecked(text: string, what: string): Error {
  return new Error(
    `a checked configuration has ${JSON.stringify(text)} as a ${what}. This is a bug.`,
  );
}
