import type { Brand } from "../../kit/brand.ts";
import type { RetentionRule } from "../retention/retention-rule.ts";

/** A length of time in milliseconds. */
export type Milliseconds = Brand<number, "Milliseconds">;

/** What a policy says about when, freed from the block that says it. */
export interface PolicyRule {
  readonly method: "snapshot" | "cdc" | "isolated_copy" | "native" | "files";
  /** IANA zone of the schedules. */
  readonly timezone: string;
  /** Cron expressions of five fields. */
  readonly full: { readonly schedule: string } | null;
  readonly differential: { readonly schedule: string } | null;
  /** From the completion of the backup before to the start of the next (B-60, B-66). */
  readonly log: { readonly every: Milliseconds } | null;
  readonly cdc: { readonly every: Milliseconds } | null;
  /** When backups may start, by the policy's clock; null: always. */
  readonly window: { readonly startMinute: number; readonly duration: Milliseconds } | null;
  /** How much later than the cron expressions say a backup set starts: its share of the jitter; no time where absent. */
  readonly delay?: Milliseconds | undefined;
  readonly retention: RetentionRule;
}
