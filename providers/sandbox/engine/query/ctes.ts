import type { Frame } from "../../expressions/compiled.ts";
import { unify } from "../../expressions/conditionals.ts";
import { compileSlot } from "../../expressions/names.ts";
import type { NamedTable, QueryBody, QueryExpression } from "../../parser/ast-queries.ts";
import type { StoredRow } from "../../storage/columns.ts";
import { raise } from "../../values/sql-exception.ts";
import { refuseUnnamed, renameColumns } from "./column-names.ts";
import type {
  CompiledQuery,
  CompileEnvironment,
  PlannedSource,
  VisibleCte,
} from "./environment.ts";
import { planNode, projectNode } from "./nodes.ts";
import { type Batch, type EngineRun, gather, type PlanNode, pause } from "./plan.ts";
import type { QueryScope, SourceColumn } from "./scope.ts";

const DEFAULT_MAXIMUM_RECURSION = 100;

/** The plan of one mention of a common table expression. */
export function planCte(cte: VisibleCte, node: NamedTable, scope: QueryScope): PlannedSource {
  const name = node.alias ?? node.name.name;
  if (cte.recursion !== undefined) {
    return { ...cte.recursion, source: { ...cte.recursion.source, name } };
  }
  const { definition, environment } = cte;
  const body = recursiveBody(definition.query, definition.name.value, environment);
  const { plan, columns } =
    body === undefined
      ? environment.services.query(definition.query, { environment, parent: undefined })
      : planRecursion(cte, body, scope);
  const renamed = renameColumns(columns, definition.columns, definition.name.value);
  refuseUnnamed(renamed, definition.name.value);
  return { source: { name, columns: renamed }, plan };
}

interface RecursiveBody {
  readonly anchor: QueryBody;
  readonly recursive: QueryBody;
}

function recursiveBody(
  query: QueryExpression,
  name: string,
  environment: CompileEnvironment,
): RecursiveBody | undefined {
  const { body } = query;
  if (
    body.kind !== "set_operation" ||
    !mentions(body.right, environment.foldName(name), environment)
  ) {
    return undefined;
  }
  if (body.operator !== "union_all") {
    raise(
      252,
      `Recursive common table expression '${name}' does not contain a top-level UNION ALL operator.`,
    );
  }
  return { anchor: body.left, recursive: body.right };
}

/** Whether a table of that name stands anywhere in the tree. */
function mentions(node: unknown, name: string, environment: CompileEnvironment): boolean {
  if (Array.isArray(node)) return node.some((item) => mentions(item, name, environment));
  if (typeof node !== "object" || node === null) return false;
  if (isNamedTable(node) && node.name.schema === undefined) {
    return environment.foldName(node.name.name) === name;
  }
  return Object.values(node).some((item) => mentions(item, name, environment));
}

function isNamedTable(node: object): node is NamedTable {
  return "kind" in node && node.kind === "table" && "name" in node;
}

function asQuery(body: QueryBody): QueryExpression {
  const { line, start, end } = body;
  return {
    line,
    start,
    end,
    body,
    orderBy: [],
    offset: undefined,
    fetch: undefined,
    forXml: undefined,
  };
}

interface Recursion {
  readonly plan: PlanNode;
  readonly columns: readonly SourceColumn[];
}

/** Runs the recursive part over the rows that the last turn gave, until it gives none. */
function planRecursion(cte: VisibleCte, body: RecursiveBody, scope: QueryScope): Recursion {
  const { definition, environment } = cte;
  const { services } = environment;
  const anchor = services.query(asQuery(body.anchor), { environment, parent: undefined });
  const columns = renameColumns(anchor.columns, definition.columns, definition.name.value).map(
    (column) => ({ ...column, nullable: true }),
  );
  const turn = new Map<EngineRun, readonly StoredRow[]>();
  const last = planNode({
    width: columns.length,
    estimate: anchor.plan.estimate,
    *rows(run) {
      const rows = turn.get(run) ?? [];
      if (rows.length > 0) yield rows;
    },
  });
  const inner: CompileEnvironment = {
    ...environment,
    ctes: [
      {
        definition,
        environment,
        recursion: { source: { name: definition.name.value, columns }, plan: last },
      },
      ...environment.ctes,
    ],
  };
  const recursive = services.query(asQuery(body.recursive), {
    environment: inner,
    parent: undefined,
  });
  checkTypes(definition.name.value, columns, recursive);
  const limit = scope.environment.maximumRecursion ?? DEFAULT_MAXIMUM_RECURSION;
  return {
    columns,
    plan: recursionNode({ anchor: anchor.plan, recursive: recursive.plan, turn, limit }),
  };
}

function checkTypes(
  name: string,
  columns: readonly SourceColumn[],
  recursive: CompiledQuery,
): void {
  if (columns.length !== recursive.columns.length) {
    raise(
      205,
      "All queries combined using a UNION, INTERSECT or EXCEPT operator must have an equal number of expressions in their target lists.",
    );
  }
  for (const [index, column] of columns.entries()) {
    const other = recursive.columns[index];
    const same =
      other?.type.name === column.type.name &&
      other.type.length === column.type.length &&
      other.type.scale === column.type.scale;
    if (same) continue;
    raise(
      240,
      `Types don't match between the anchor and the recursive part in column "${column.name}" of recursive query "${name}".`,
    );
  }
}

interface RecursionParts {
  readonly anchor: PlanNode;
  readonly recursive: PlanNode;
  readonly turn: Map<EngineRun, readonly StoredRow[]>;
  /** 0 is no limit. */
  readonly limit: number;
}

function recursionNode({ anchor, recursive, turn, limit }: RecursionParts): PlanNode {
  return planNode({
    width: anchor.width,
    estimate: anchor.estimate * 10,
    *rows(run: EngineRun, outer: Frame | undefined): Generator<Batch, void, undefined> {
      let rows: readonly StoredRow[] = yield* gather(anchor, run, outer);
      for (let depth = 0; rows.length > 0; depth += 1) {
        yield rows;
        if (limit > 0 && depth >= limit + 1) {
          raise(
            530,
            `The statement terminated. The maximum recursion ${limit} has been exhausted before statement completion.`,
          );
        }
        const before = turn.get(run);
        turn.set(run, rows);
        rows = yield* gather(recursive, run, outer);
        if (before === undefined) turn.delete(run);
        else turn.set(run, before);
        if (run.pauseIsDue()) yield pause(run);
      }
    },
  });
}

/** Both plans made one in types: the columns of UNION and its like. */
export function unifyColumns(
  left: CompiledQuery,
  right: CompiledQuery,
  operation: string,
): { readonly columns: readonly SourceColumn[]; readonly plans: readonly [PlanNode, PlanNode] } {
  if (left.columns.length !== right.columns.length) {
    raise(
      205,
      "All queries combined using a UNION, INTERSECT or EXCEPT operator must have an equal number of expressions in their target lists.",
    );
  }
  const pairs = left.columns.map((column, slot) => {
    const slots = [column, right.columns[slot] ?? column].map(
      ({ type, nullable, collationLabel }) =>
        compileSlot({ depth: 0, slot, type, nullable, collationLabel }),
    );
    const [first, second] = unify(slots, operation);
    if (first === undefined || second === undefined)
      throw new Error("unify lost a side. This is a bug.");
    return { column, first, second };
  });
  const columns = pairs.map(({ column, first, second }) => ({
    name: column.name,
    type: first.type,
    nullable: first.nullable || second.nullable,
    collationLabel: first.collationLabel,
  }));
  return {
    columns,
    plans: [
      projectNode(
        left.plan,
        pairs.map(({ first }) => first),
      ),
      projectNode(
        right.plan,
        pairs.map(({ second }) => second),
      ),
    ],
  };
}
