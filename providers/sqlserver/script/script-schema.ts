import type { SqlServerSchema } from "../../../schemas/sql-server-schema.ts";
import {
  type DatabaseTarget,
  scriptEarlyOptions,
  scriptLateOptions,
  scriptReadOnly,
} from "./script-database.ts";
import {
  scriptBindings,
  scriptModule,
  scriptTriggerState,
  scriptViewIndexes,
  sortByNeed,
} from "./script-modules.ts";
import { scriptPolicies } from "./script-policies.ts";
import { scriptProperties } from "./script-properties.ts";
import {
  scriptMembers,
  scriptOwners,
  scriptPermissions,
  scriptPrincipals,
  scriptRoleOwners,
  scriptSchemas,
} from "./script-security.ts";
import {
  labelOf,
  SESSION_SETTINGS,
  scriptChecks,
  scriptForeignKeys,
  scriptIdentity,
  scriptLateIndexes,
  scriptTable,
  scriptTableType,
} from "./script-tables.ts";
import { scriptTemporal } from "./script-temporal.ts";
import {
  scriptSequencePositions,
  scriptSequences,
  scriptSynonyms,
  scriptTypes,
} from "./script-types.ts";
import { type Stage, type Step, step } from "./step.ts";

function given(...steps: readonly Step[]): Stage {
  return { order: "given", steps };
}

function any(...steps: readonly Step[]): Stage {
  return { order: "any", steps };
}

const EARLY_KINDS: ReadonlySet<string> = new Set(["default", "rule"]);
const TRIGGER_KINDS: ReadonlySet<string> = new Set(["trigger", "database_trigger"]);

type Modules = SqlServerSchema["modules"];

/** Functions that tables call, with the functions that those call. */
function calledByTables(modules: Modules): ReadonlySet<Modules[number]> {
  const byName = new Map(modules.map((module) => [`${module.schema}.${module.name}`, module]));
  const called = new Set<Modules[number]>();
  const add = (module: Modules[number]): void => {
    if (called.has(module) || module.kind !== "function") return;
    called.add(module);
    for (const need of module.needs) {
      const needed = byName.get(need);
      if (needed !== undefined) add(needed);
    }
  };
  for (const module of modules) if (module.isNeededByTable) add(module);
  return called;
}

/** What is known of the rows when they are there. */
interface RowsThere {
  /** Tables that got some, as `schema.name`. */
  readonly filled: ReadonlySet<string>;
  /** Positions of identities may be older than they. */
  readonly mayLag?: boolean;
}

function scriptIdentities(
  tables: SqlServerSchema["tables"],
  { filled, mayLag = false }: RowsThere,
): Step[] {
  return tables.flatMap((table) =>
    scriptIdentity(table, { hasRows: filled.has(labelOf(table)), mayLag }),
  );
}

/** What must stand before the first row: options, principals, schemas, types, tables with the structure of their rows. */
export function scriptBeforeRows(schema: SqlServerSchema, target: DatabaseTarget): Stage[] {
  const called = calledByTables(schema.modules);
  const early = schema.modules.filter(({ kind }) => EARLY_KINDS.has(kind));
  return [
    given(step("session settings", SESSION_SETTINGS)),
    given(...scriptEarlyOptions(schema, target)),
    given(...scriptPrincipals(schema), ...scriptRoleOwners(schema), ...scriptSchemas(schema)),
    given(...early.map(scriptModule)),
    any(...scriptTypes(schema), ...scriptSequences(schema), ...scriptSynonyms(schema)),
    any(
      ...schema.tableTypes.map(scriptTableType),
      ...sortByNeed([...called]).map(scriptModule),
      ...schema.tables.map(scriptTable),
    ),
  ];
}

/** The same for tables beside others: nothing of the database itself. */
export function scriptTablesBeforeRows(schema: SqlServerSchema): Stage[] {
  return [
    given(step("session settings", SESSION_SETTINGS)),
    given(...schema.tables.map(scriptTable)),
  ];
}

/** What comes after the last row of such tables. */
export function scriptTablesAfterRows(schema: SqlServerSchema, rows: RowsThere): Stage[] {
  const { tables } = schema;
  return [
    given(...tables.flatMap(scriptLateIndexes)),
    given(...tables.flatMap(scriptChecks)),
    given(...tables.flatMap(scriptForeignKeys)),
    given(...scriptIdentities(tables, rows)),
    given(...tables.flatMap(scriptTemporal)),
    given(...scriptProperties(schema)),
  ].filter(({ steps }) => steps.length > 0);
}

/** What comes after the last row, up to options. */
export function scriptAfterRows(
  schema: SqlServerSchema,
  target: DatabaseTarget & RowsThere,
): Stage[] {
  const called = calledByTables(schema.modules);
  const { modules, tables } = schema;
  const programs = modules.filter(
    (module) =>
      !EARLY_KINDS.has(module.kind) && !TRIGGER_KINDS.has(module.kind) && !called.has(module),
  );
  const triggers = modules.filter(({ kind }) => kind === "trigger");
  return [
    given(...scriptBindings(schema)),
    given(...tables.flatMap(scriptLateIndexes)),
    given(...tables.flatMap(scriptChecks)),
    given(...tables.flatMap(scriptForeignKeys)),
    given(...scriptIdentities(tables, target)),
    given(...tables.flatMap(scriptTemporal)),
    any(...sortByNeed(programs).map(scriptModule)),
    any(...scriptViewIndexes(schema)),
    any(...triggers.map(scriptModule)),
    given(...triggers.flatMap(scriptTriggerState)),
    given(...scriptPolicies(schema)),
    given(...scriptSequencePositions(schema)),
    given(...scriptOwners(schema)),
    given(...scriptMembers(schema)),
    any(...scriptPermissions(schema)),
    given(...scriptProperties(schema)),
    given(...scriptLateOptions(schema, target)),
  ].filter(({ steps }) => steps.length > 0);
}

/** What makes it hard to work in the database: triggers on it, which would fire, and being read-only. */
export function scriptLast(schema: SqlServerSchema, target: DatabaseTarget): Stage[] {
  const triggers = schema.modules.filter(({ kind }) => kind === "database_trigger");
  return [
    given(...triggers.map(scriptModule), ...triggers.flatMap(scriptTriggerState)),
    given(...scriptReadOnly(schema, target)),
  ].filter(({ steps }) => steps.length > 0);
}
