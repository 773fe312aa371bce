import type { Address } from "../address/address.ts";
import type { Code } from "../diagnostics/codes.ts";
import type { JsonObject } from "../kit/json.ts";

/** Something to copy: T-SQL for the server, a command for a shell, or a block for the configuration. */
export interface RepairCommand {
  readonly language: "sql" | "shell" | "hcl";
  /** One line, but for a block. */
  readonly text: string;
}

/** What to do about a change that came from outside. */
export interface Repair {
  /** Sentences. */
  readonly advice: string;
  readonly commands: readonly RepairCommand[];
}

/** Something that changed outside of Holdfast since it was last accepted. */
export interface Drift {
  /** A word that never changes: `database_renamed`. */
  readonly kind: string;
  readonly server: Address;
  /** Its name now; where it is gone, its last name; null where the server itself changed. */
  readonly database: string | null;
  /** The backup sets that cover it, or covered it, ordinal. */
  readonly backupSets: readonly Address[];
  /** What changed: a sentence. */
  readonly what: string;
  /** What that means for what can be restored: sentences. */
  readonly consequence: string;
  readonly repair: Repair;
  /** What was accepted; null where there was nothing. */
  readonly before: JsonObject | null;
  /** What is; null where there is nothing any more. */
  readonly after: JsonObject | null;
}

export interface ToldWarning {
  readonly code: Code;
  readonly database: string;
}

/**
 * A kind of drift is data: what makes it, and what it says. A provider adds its own to a table; nothing else knows of
 * single kinds.
 */
export interface DriftKind<Subject> {
  readonly kind: string;
  /** The warning of a plan that says the same of a database, and is left out where this is said. */
  readonly warning?: ((subject: Subject) => ToldWarning | undefined) | undefined;
  readonly differs: (subject: Subject) => boolean;
  readonly what: (subject: Subject) => string;
  readonly consequence: (subject: Subject) => string;
  readonly repair: (subject: Subject) => Repair;
}

export function sql(...lines: readonly string[]): readonly RepairCommand[] {
  return lines.map((text) => ({ language: "sql", text }));
}

export function shell(...lines: readonly string[]): readonly RepairCommand[] {
  return lines.map((text) => ({ language: "shell", text }));
}

/** How a change is accepted that is meant. */
export const ACCEPT = "holdfast apply -refresh-only";
