import type { Expression, ObjectName, Predicate } from "../../parser/ast-expressions.ts";
import type {
  NamedTable,
  QueryExpression,
  SelectSpecification,
  SystemTime,
} from "../../parser/ast-queries.ts";
import type { Table } from "../../storage/schema-object.ts";
import { raise } from "../../values/sql-exception.ts";
import type { FoundObject, PlannedSource, TableInDatabase } from "./environment.ts";
import type { QueryScope } from "./scope.ts";
import { shownName } from "./shown-name.ts";
import { tableColumns } from "./source-columns.ts";
import { slotOfColumn } from "./table-scan.ts";

const NOWHERE = { line: 0, start: 0, end: 0 } as const;

/**
 * A table as FOR SYSTEM_TIME shows it: its rows and those of its history whose validity meets the condition. Versions
 * without duration do not show (sql-docs, temporal-tables.md, "How do I query temporal data?").
 */
export function planSystemTime(
  { database, table }: TableInDatabase,
  { name, systemTime }: { readonly name: ObjectName; readonly systemTime: SystemTime },
  scope: QueryScope,
): PlannedSource {
  const history = table.versioning && database.findTable(table.versioning.historyId);
  if (history === undefined) refuseUnversioned(name);
  const parts = [table, history].map((source) =>
    selectVersions({ database, table: source }, periodNames(table), systemTime),
  );
  const [current, older] = parts;
  if (current === undefined || older === undefined) throw new Error("This is a bug.");
  const query: QueryExpression = {
    body: { kind: "set_operation", operator: "union_all", left: current, right: older, ...NOWHERE },
    orderBy: [],
    offset: undefined,
    fetch: undefined,
    forXml: undefined,
    ...NOWHERE,
  };
  const { environment, parent, outerReads } = scope;
  const { plan } = environment.services.query(query, {
    environment: { ...environment, systemTime: undefined },
    parent,
    outerReads,
  });
  return { source: { name: name.name, columns: tableColumns(table) }, plan };
}

/** The clause that a table is read with: its own, or for a temporal table that of the view around it. */
export function systemTimeOf(
  { name, systemTime }: NamedTable,
  { object }: FoundObject,
  { environment }: QueryScope,
): SystemTime | undefined {
  const outer = environment.systemTime;
  if (outer === undefined || object.type !== "U" || object.versioning === undefined) {
    return systemTime;
  }
  outer.met.any = true;
  if (systemTime === undefined) return outer.clause;
  raise(
    13_590,
    `Temporal FOR SYSTEM_TIME clause can only be set once per temporal table. '${shownName(name)}' has more than one temporal FOR SYSTEM_TIME clause.`,
  );
}

export function refuseUnversioned(name: ObjectName): never {
  raise(
    13_544,
    `Temporal FOR SYSTEM_TIME clause can only be used with system-versioned tables. '${shownName(name)}' is not a system-versioned table.`,
  );
}

interface PeriodNames {
  readonly start: string;
  readonly end: string;
  readonly columns: readonly string[];
}

function periodNames({ columns, period }: Table): PeriodNames {
  const nameOf = (id: number | undefined): string =>
    columns[slotOfColumn({ columns }, id ?? 0)]?.name ?? "";
  return {
    start: nameOf(period?.start),
    end: nameOf(period?.end),
    columns: columns.map(({ name }) => name),
  };
}

function selectVersions(
  { database, table }: TableInDatabase,
  { start, end, columns }: PeriodNames,
  systemTime: SystemTime,
): SelectSpecification {
  const name: ObjectName = {
    server: undefined,
    database: database.options.name,
    schema: database.catalog.schemas.get(table.schemaId)?.name,
    name: table.name,
    ...NOWHERE,
  };
  return {
    kind: "select",
    distinct: false,
    top: undefined,
    items: columns.map((column) => ({
      kind: "expression",
      expression: columnNamed(column),
      alias: undefined,
      ...NOWHERE,
    })),
    into: undefined,
    from: [{ kind: "table", name, alias: undefined, hints: [], ...NOWHERE }],
    where: [
      compare(columnNamed(start), "<>", columnNamed(end)),
      ...conditions(systemTime, { start: columnNamed(start), end: columnNamed(end) }),
    ].reduce((left, right) => ({ kind: "and", left, right, ...NOWHERE })),
    groupBy: undefined,
    having: undefined,
    ...NOWHERE,
  };
}

function conditions(
  systemTime: SystemTime,
  { start, end }: { readonly start: Expression; readonly end: Expression },
): Predicate[] {
  switch (systemTime.kind) {
    case "all":
      return [];
    case "as_of":
      return [compare(start, "<=", systemTime.at), compare(end, ">", systemTime.at)];
    case "from_to":
      return [compare(start, "<", systemTime.to), compare(end, ">", systemTime.from)];
    case "between":
      return [compare(start, "<=", systemTime.to), compare(end, ">", systemTime.from)];
    case "contained_in":
      return [compare(start, ">=", systemTime.from), compare(end, "<=", systemTime.to)];
    default:
      return systemTime satisfies never;
  }
}

function columnNamed(name: string): Expression {
  return { kind: "column", parts: [name], ...NOWHERE };
}

function compare(
  left: Expression,
  operator: "<" | "<=" | ">" | ">=" | "<>",
  right: Expression,
): Predicate {
  return { kind: "comparison", operator, left, right, ...NOWHERE };
}
