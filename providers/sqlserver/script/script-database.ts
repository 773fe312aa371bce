import type { SqlServerSchema } from "../../../schemas/sql-server-schema.ts";
import { quoteName } from "../names.ts";
import { type Step, step } from "./step.ts";

/** Options that Azure SQL Database and managed instances set themselves (5008). */
const SERVER_ONLY: ReadonlySet<string> = new Set([
  "RECOVERY",
  "PAGE_VERIFY",
  "AUTO_CLOSE",
  "CURSOR_DEFAULT",
  "DATE_CORRELATION_OPTIMIZATION",
]);
/** They decide how the objects are made, so they come first. */
const FIRST: ReadonlySet<string> = new Set([
  "READ_COMMITTED_SNAPSHOT",
  "ALLOW_SNAPSHOT_ISOLATION",
  "RECURSIVE_TRIGGERS",
  // Off before a history stands, so that no aged version is removed from it.
  "TEMPORAL_HISTORY_RETENTION",
]);
const LAST = "READ_ONLY";

export interface DatabaseTarget {
  readonly name: string;
  /** Azure SQL Database or a managed instance. */
  readonly isAzure: boolean;
}

/** CREATE DATABASE, to run in master. */
export function scriptCreation(schema: SqlServerSchema, name: string): string {
  const { collation } = schema.database;
  const collate = collation === null ? "" : ` COLLATE ${collation}`;
  return `CREATE DATABASE ${quoteName(name)}${collate}`;
}

function setOption(target: DatabaseTarget, option: string, value: string): Step {
  const assignment =
    option === "COMPATIBILITY_LEVEL" ? `${option} = ${value}` : `${option} ${value}`;
  const wait = option === "READ_COMMITTED_SNAPSHOT" ? " WITH ROLLBACK IMMEDIATE" : "";
  return step(
    `option ${option}`,
    `ALTER DATABASE ${quoteName(target.name)} SET ${assignment}${wait}`,
  );
}

function options(schema: SqlServerSchema, target: DatabaseTarget): [string, string][] {
  return Object.entries(schema.database.options).filter(
    ([option]) => !(target.isAzure && SERVER_ONLY.has(option)),
  );
}

/** Compatibility level and row versioning, before the objects. */
export function scriptEarlyOptions(schema: SqlServerSchema, target: DatabaseTarget): Step[] {
  const level = String(schema.database.compatibilityLevel);
  return [
    setOption(target, "COMPATIBILITY_LEVEL", level),
    ...options(schema, target)
      .filter(([option]) => FIRST.has(option))
      .map(([option, value]) => setOption(target, option, value)),
  ];
}

/** Everything else but being read-only. */
export function scriptLateOptions(schema: SqlServerSchema, target: DatabaseTarget): Step[] {
  return options(schema, target)
    .filter(([option]) => !FIRST.has(option) && option !== LAST)
    .map(([option, value]) => setOption(target, option, value));
}

/** Where the database was read-only. */
export function scriptReadOnly(schema: SqlServerSchema, target: DatabaseTarget): Step[] {
  if (schema.database.options[LAST] !== "ON") return [];
  return [step("option READ_ONLY", `ALTER DATABASE ${quoteName(target.name)} SET READ_ONLY`)];
}
