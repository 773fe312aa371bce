import type { Instant } from "../../../../core/kit/clock.ts";
import type { Milliseconds, PolicyRule } from "../../../../core/policy/model/policy-rule.ts";
import type { RetentionRule } from "../../../../core/policy/retention/retention-rule.ts";
import { tenDays } from "../../../support/policy-rules.ts";

type Parts = Partial<Omit<PolicyRule, "full" | "differential" | "log" | "cdc" | "retention">> & {
  /** Cron expressions. */
  readonly full?: string;
  readonly differential?: string;
  /** Hours. */
  readonly log?: number;
  readonly cdc?: number;
  readonly retention?: Partial<RetentionRule>;
};

const HOUR = 3_600_000;

/** A policy by the clock of UTC that keeps two days, with what a test says otherwise. */
export function ruleOf({ full, differential, log, cdc, retention, ...rest }: Parts): PolicyRule {
  return {
    method: cdc === undefined ? "native" : "cdc",
    timezone: "UTC",
    window: null,
    ...rest,
    full: full === undefined ? null : { schedule: full },
    differential: differential === undefined ? null : { schedule: differential },
    log: intervalOf(log),
    cdc: intervalOf(cdc),
    retention: tenDays("UTC", { daily: 2, ...retention }),
  };
}

function intervalOf(hours: number | undefined): { readonly every: Milliseconds } | null {
  return hours === undefined ? null : { every: (hours * HOUR) as Milliseconds };
}

/** `2026-01-04T00:00`, in UTC. */
export function utc(text: string): Instant {
  return Date.parse(`${text}Z`) as Instant;
}

export function shown(instant: Instant): string {
  return new Date(instant).toISOString().slice(0, 16);
}
