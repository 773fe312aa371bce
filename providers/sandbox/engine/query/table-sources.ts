import type { ObjectName } from "../../parser/ast-expressions.ts";
import type { NamedTable, TableSource } from "../../parser/ast-queries.ts";
import type { Table } from "../../storage/schema-object.ts";
import { raise } from "../../values/sql-exception.ts";
import { findSeek, isUniqueSeek } from "./access-path.ts";
import { refuseUnnamed, renameColumns } from "./column-names.ts";
import { type Conjunct, compileConjuncts } from "./conjuncts.ts";
import { planCte } from "./ctes.ts";
import type {
  ColumnRefusals,
  CompiledQuery,
  FoundObject,
  PlannedSource,
  TableInDatabase,
  VisibleCte,
} from "./environment.ts";
import { lateColumns } from "./late-columns.ts";
import { filterNode, listNode } from "./nodes.ts";
import type { PlanNode } from "./plan.ts";
import type { QueryScope, Source, SourceColumn } from "./scope.ts";
import { shownName } from "./shown-name.ts";
import { sourceColumn, tableColumns, withRefusals } from "./source-columns.ts";
import { planSystemTime, refuseUnversioned, systemTimeOf } from "./system-time.ts";
import { TableScan } from "./table-scan.ts";
import { compileValues } from "./values-table.ts";

interface LeafPlanRequest {
  /** Conditions on this source alone. */
  readonly conjuncts: readonly Conjunct[];
  /** What keys of a seek may be computed from; undefined where no seek is wanted. */
  readonly keyScope: QueryScope | undefined;
}

interface LookupRequest {
  readonly conjuncts: readonly Conjunct[];
  readonly joinConjuncts: readonly Conjunct[];
  readonly keyScope: QueryScope;
  readonly leftEstimate: number;
}

/** One source of FROM that is no join. */
export interface Leaf {
  readonly source: Source;
  plan(request: LeafPlanRequest): PlanNode;
  /** Present for tables: a scan whose seek is computed from the left row, where that is the better way. */
  lookup?(request: LookupRequest): TableScan | undefined;
}

export function bindTableSource(
  node: Exclude<TableSource, { kind: "join" }>,
  scope: QueryScope,
): Leaf {
  switch (node.kind) {
    case "table":
      return bindNamedTable(node, scope);
    case "variable_table":
      return tableLeaf(
        { found: tableVariable(node.variable, scope), name: node.alias ?? node.variable },
        scope,
      );
    case "derived": {
      const { environment, parent, outerReads } = scope;
      const query = environment.services.query(node.query, { environment, parent, outerReads });
      const columns = renameColumns(query.columns, node.columns, node.alias);
      refuseUnnamed(columns, node.alias);
      return plannedLeaf({ source: { name: node.alias, columns }, plan: query.plan }, scope);
    }
    case "values":
      return plannedLeaf(compileValues(node, scope), scope);
    case "function_table":
      return bindFunction(node, scope);
    case "pivot":
    case "unpivot":
      return raise(40_515, `${node.kind.toUpperCase()} is not supported in this version.`);
    default:
      return node satisfies never;
  }
}

function tableVariable(name: string, scope: QueryScope): TableInDatabase {
  return (
    scope.environment.variables.table(name) ??
    raise(1087, `Must declare the table variable "${name}".`, { class: 15, state: 2 })
  );
}

function bindFunction(
  node: Extract<TableSource, { kind: "function_table" }>,
  scope: QueryScope,
): Leaf {
  const planned = scope.environment.services.tableFunction(node.call, scope);
  if (planned === undefined) {
    const { name } = node.call;
    raise(208, `Invalid object name '${shownName(name)}'.`);
  }
  const name = node.alias ?? planned.source.name;
  const columns = renameColumns(planned.source.columns, node.columns, name);
  return plannedLeaf({ source: { name, columns }, plan: planned.plan }, scope);
}

/** A source with a plan of its own: conditions are tested on top of it. */
export function plannedLeaf({ source, plan }: PlannedSource, scope: QueryScope): Leaf {
  return {
    source,
    plan: ({ conjuncts }) =>
      filterNode(plan, compileConjuncts(conjuncts, scope.with({ sources: [source] }))),
  };
}

function bindNamedTable(node: NamedTable, scope: QueryScope): Leaf {
  const { environment } = scope;
  const { name } = node;
  const isSimple = name.schema === undefined && name.database === undefined;
  const cte = isSimple ? findCte(name.name, scope) : undefined;
  if (cte !== undefined) return plannedLeaf(planCte(cte, node, scope), scope);
  const trigger = isSimple ? environment.services.triggerTable(name.name) : undefined;
  if (trigger !== undefined) {
    return plannedLeaf(
      { ...trigger, source: { ...trigger.source, name: node.alias ?? name.name } },
      scope,
    );
  }
  const found = environment.services.findObject(name, environment);
  if (found === undefined) return bindSystemView(node, scope);
  return bindObject(node, found, scope);
}

function findCte(name: string, scope: QueryScope): VisibleCte | undefined {
  const { environment } = scope;
  return environment.ctes.find(
    (cte) => environment.foldName(cte.definition.name.value) === environment.foldName(name),
  );
}

function bindObject(node: NamedTable, found: FoundObject, scope: QueryScope): Leaf {
  const { object, database } = found;
  const { services } = scope.environment;
  const systemTime = systemTimeOf(node, found, scope);
  if (systemTime !== undefined && object.type === "U") {
    const planned = planSystemTime(
      { database, table: object },
      { name: node.name, systemTime },
      scope,
    );
    const source = { ...planned.source, name: node.alias ?? node.name.name };
    return plannedLeaf({ ...planned, source }, scope);
  }
  if (object.type === "U") {
    const refusals = services.authorize("SELECT", found);
    const hints = node.hints.map((hint) => hint.name);
    const named =
      node.alias === undefined
        ? {
            name: node.name.name,
            schema: database.catalog.schemas.get(object.schemaId)?.name,
            database: database.options.name,
          }
        : { name: node.alias };
    return tableLeaf({ found: { database, table: object }, hints, refusals, ...named }, scope);
  }
  if (object.type !== "V") return refuseObject(found, node.name);
  const refusals = services.authorize("SELECT", found);
  const query = compileView(node, found, scope);
  const columns = object.columns.map((column, index) => ({
    ...(query.columns[index] ?? sourceColumn(column)),
    name: column.name,
  }));
  if (query.columns.length !== columns.length) {
    raise(
      4502,
      `View or function '${node.name.name}' has more column names specified than columns defined.`,
    );
  }
  const source: Source = {
    name: node.alias ?? node.name.name,
    columns: withRefusals(columns, object.columns, refusals),
  };
  return plannedLeaf({ source, plan: query.plan }, scope);
}

/** The query of a view. FOR SYSTEM_TIME holds for all temporal tables in it, and refuses a view without any. */
function compileView(node: NamedTable, found: FoundObject, scope: QueryScope): CompiledQuery {
  const { services, systemTime: outer, variables } = scope.environment;
  const { ctes, ...view } = services.viewQuery(found);
  const own = node.systemTime && { clause: node.systemTime, met: { any: false } };
  const systemTime = own ?? outer;
  const environment =
    systemTime === undefined ? view.environment : { ...view.environment, systemTime, variables };
  const query = services.query(view.query, { environment, parent: undefined, ctes });
  if (own?.met.any === false) refuseUnversioned(node.name);
  return query;
}

function refuseObject({ object }: FoundObject, name: ObjectName): never {
  const kind = object.type === "P" ? "procedure" : "object";
  if (object.type === "IF" || object.type === "TF") {
    raise(216, `Parameters were not supplied for the function '${shownName(name)}'.`);
  }
  raise(
    2809,
    `The request for ${kind} '${shownName(name)}' failed because '${shownName(name)}' is a ${kind} object.`,
    { class: 18 },
  );
}

function bindSystemView(node: NamedTable, scope: QueryScope): Leaf {
  const { name } = node;
  const { environment } = scope;
  const { services, system } = environment;
  const { server } = services.systemContext(environment.database);
  const database =
    name.database === undefined ? environment.database : server.findDatabase(name.database);
  const view =
    name.server === undefined && database !== undefined
      ? (system.view(name.schema, name.name, database.databaseId === 1) ??
        system.jobTable(name.schema, name.name, { database, server }))
      : undefined;
  if (view === undefined || database === undefined) {
    raise(208, `Invalid object name '${shownName(name)}'.`);
  }
  const stored = server.databases.get(database.databaseId);
  const source: Source = {
    name: node.alias ?? name.name,
    schema: node.alias === undefined ? view.schema : undefined,
    columns: view.columns,
  };
  const plan = listNode(view.columns.length, () =>
    view.rows(services.systemContext((stored ?? database) as typeof environment.database)),
  );
  return plannedLeaf({ source, plan }, scope);
}

interface TableLeafRequest {
  readonly found: TableInDatabase;
  readonly name: string;
  readonly schema?: string | undefined;
  readonly database?: string | undefined;
  readonly hints?: readonly string[] | undefined;
  readonly forChange?: boolean | undefined;
  readonly refusals?: ColumnRefusals | undefined;
}

/** With `forChange` the rows carry their handle in a last, hidden column. */
export function tableLeaf(request: TableLeafRequest, scope: QueryScope): Leaf {
  const { found, hints = [], forChange = false } = request;
  const { table } = found;
  const columns = withRefusals(tableColumns(table), table.columns, request.refusals ?? new Map());
  const source: Source = {
    name: request.name,
    schema: request.schema,
    database: request.database,
    columns: forChange ? [...columns, HANDLE] : columns,
  };
  const access = { ...found, hints, forChange };
  const ownScope = scope.with({ sources: [source] });
  const late = lateColumns(found, scope.environment);
  const rowCount = Math.max(1, found.database.rowCount(table.objectId));
  const scan = (seek: ReturnType<typeof findSeek>, conjuncts: readonly Conjunct[]): TableScan =>
    new TableScan({
      access,
      seek,
      filter: compileConjuncts(conjuncts, ownScope),
      backwards: false,
      withHandle: forChange,
      late,
      estimate: estimateOf(seek, table, { rowCount, conditions: conjuncts.length }),
    });
  return {
    source,
    plan: ({ conjuncts, keyScope }) =>
      scan(keyScope && findSeek({ table, source, conjuncts, keyScope, ownScope }), conjuncts),
    lookup: ({ conjuncts, joinConjuncts, keyScope, leftEstimate }) => {
      const all = [...conjuncts, ...joinConjuncts];
      const seek = findSeek({ table, source, conjuncts: all, keyScope, ownScope });
      if (seek === undefined || seek.equal.length === 0) return undefined;
      const share = isUniqueSeek(seek, table) ? 0.5 : 0.05;
      return leftEstimate < rowCount * share ? scan(seek, conjuncts) : undefined;
    },
  };
}

function estimateOf(
  seek: ReturnType<typeof findSeek>,
  table: Table,
  { rowCount, conditions }: { readonly rowCount: number; readonly conditions: number },
): number {
  if (seek === undefined) return conditions === 0 ? rowCount : Math.max(1, rowCount / 4);
  if (isUniqueSeek(seek, table)) return 1;
  return Math.max(1, seek.equal.length > 0 ? Math.sqrt(rowCount) : rowCount / 8);
}

const HANDLE: SourceColumn = {
  name: "",
  type: { name: "int" },
  nullable: false,
  hidden: true,
};
