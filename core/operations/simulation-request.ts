import type { VariableOption } from "../config/configuration.ts";
import { type DiagnosticError, failure } from "../diagnostics/diagnostic.ts";
import type { Instant } from "../kit/clock.ts";
import type { PointType } from "../policy/model/policy-point.ts";
import type { Milliseconds } from "../policy/model/policy-rule.ts";
import { instantFault, tryParseInstant } from "../policy/simulate/read-instant.ts";

export interface SimulationRequest {
  /** A policy's address or bare name. */
  readonly policy: string;
  readonly variables: readonly VariableOption[];
  /**
   * As typed: with an offset, or by the policy's clock. Needed unless a history says what ran; of a history, what started
   * earlier does not count.
   */
  readonly from: string | undefined;
  readonly at: string;
  /** The path of a history. */
  readonly history: string | undefined;
  /** Of scheduled backups; a history has its own. */
  readonly durations: Partial<Record<PointType, Milliseconds>>;
  /** Empty: those that the policy's backup sets name, or one that stands for any. */
  readonly databases: readonly string[];
}

/** A time as typed after a flag, by the clock of a zone unless it has an offset. CLI_USAGE. */
export function readTime(flag: string, text: string, zone: string): Instant {
  const instant = tryParseInstant(text, zone);
  if (instant !== undefined) return instant;
  const fault = instantFault(text, zone);
  const clock = fault.includes(zone) ? "" : ` (${zone})`;
  throw wrongWords(`-${flag} ${text} ${fault}${clock}.`);
}

/** CLI_USAGE. */
export function wrongWords(detail: string): DiagnosticError {
  return failure({ code: "CLI_USAGE", summary: "Wrong command line", detail });
}

/** What is of these databases; everything where none is named. */
export function chosenOf<Item extends { readonly database: string }>(
  items: readonly Item[],
  databases: readonly string[],
): readonly Item[] {
  return databases.length === 0
    ? items
    : items.filter(({ database }) => databases.includes(database));
}
