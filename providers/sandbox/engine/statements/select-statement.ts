import { compileAssignment } from "../../expressions/assignment.ts";
import { compileExpression } from "../../expressions/compile-expression.ts";
import type { CompiledExpression, Frame } from "../../expressions/compiled.ts";
import { compileSlot } from "../../expressions/names.ts";
import { combineExpressions } from "../../expressions/operators.ts";
import type { SelectStatement } from "../../parser/ast-changes.ts";
import type { BinaryOperator } from "../../parser/ast-expressions.ts";
import type { AssignmentOperator } from "../../parser/ast-queries.ts";
import { raise } from "../../values/sql-exception.ts";
import type { CompiledQuery, CompileEnvironment } from "../query/environment.ts";
import { makeFrame } from "../query/plan.ts";
import { compileQuery } from "../query/query.ts";
import { QueryScope } from "../query/scope.ts";
import type { Activation } from "../session/activation.ts";
import { environmentOf } from "../session/services.ts";
import { createRun, endRun, type StatementRun } from "../session/statement-run.ts";
import { inTransaction } from "../session/transactions.ts";
import type { Task } from "../suspension.ts";
import type { Flow, Interpreter } from "./flow.ts";
import { eachBatch, endStatement, sendRows } from "./query-output.ts";
import { selectInto } from "./select-into.ts";

const SELECT = 0xc1;

export function* executeSelect(
  statement: SelectStatement,
  activation: Activation,
  interpreter: Interpreter,
): Task<Flow> {
  yield* inTransaction(activation, function* () {
    const environment = withHints(environmentOf(activation, interpreter), statement);
    const query = compileQuery(statement.query, {
      environment,
      parent: undefined,
      ctes: statement.ctes,
    });
    const run = createRun(activation);
    try {
      if (activation.core.options.formatOnly) yield* tellColumns(query, { activation, run });
      else if (query.into !== undefined)
        yield* selectInto(query, query.into, { activation, environment, run });
      else yield* runQuery(query, { activation, environment, run });
    } finally {
      endRun(run);
    }
  });
  return undefined;
}

/** Under SET FMTONLY ON a query gives its columns and no row, and changes nothing (documentation of SET FMTONLY); bulk clients ask so. */
function* tellColumns(
  { into, assignments, columns }: CompiledQuery,
  { activation, run }: Pick<QueryWork, "activation" | "run">,
): Task {
  if (into !== undefined || assignments.some((assignment) => assignment !== undefined)) {
    const what = into === undefined ? "SELECT @variable =" : "SELECT INTO";
    raise(40_515, `${what} under SET FMTONLY ON is not supported in this version.`);
  }
  const count = yield* sendRows(activation, run, { columns, batches: [] });
  endStatement(activation, run, { count, command: SELECT });
}

export function withHints(
  environment: CompileEnvironment,
  { hints }: Pick<SelectStatement, "hints">,
): CompileEnvironment {
  const limit = hints.find(({ name }) => name === "maxrecursion")?.value;
  return limit === undefined ? environment : { ...environment, maximumRecursion: Number(limit) };
}

export interface QueryWork {
  readonly activation: Activation;
  readonly environment: CompileEnvironment;
  readonly run: StatementRun;
}

function* runQuery(query: CompiledQuery, work: QueryWork): Task {
  const { activation, run } = work;
  if (query.assignments.some((assignment) => assignment !== undefined)) {
    yield* assignRows(query, work);
    return;
  }
  if (activation.isFunction) {
    raise(444, "Select statements included within a function cannot return data to a client.", {
      state: 2,
    });
  }
  const count = yield* sendRows(activation, run, {
    columns: query.columns,
    batches: query.plan.rows(run, undefined),
  });
  endStatement(activation, run, { count, command: SELECT });
}

/** `SELECT @v = …`: assigns for every row, so that the last one stays. */
function* assignRows(query: CompiledQuery, { activation, environment, run }: QueryWork): Task {
  const scope = new QueryScope({ environment, sources: [], parent: undefined });
  const setters = query.assignments.map((assignment, slot) => {
    const column = query.columns[slot];
    if (assignment === undefined || column === undefined)
      throw new Error("No assignment. This is a bug.");
    const value = compileSlot({
      depth: 0,
      slot,
      type: column.type,
      nullable: true,
      collationLabel: column.collationLabel,
    });
    return compileSetter({ ...assignment, value }, scope);
  });
  const frame = makeFrame(run, undefined);
  let count = 0;
  yield* eachBatch(query.plan.rows(run, undefined), run, function* (rows) {
    for (const row of rows) {
      frame.row = row;
      for (const set of setters) set(frame);
    }
    count += rows.length;
    yield* [];
  });
  activation.core.rowCount = count;
  endStatement(activation, run, { count, command: SELECT });
}

export interface Setting {
  readonly variable: string;
  readonly operator: AssignmentOperator;
  readonly value: CompiledExpression;
}

/** Puts a value into a variable, combined with its old value for `+=` and its like. */
export function compileSetter(
  { variable, operator, value }: Setting,
  scope: QueryScope,
): (frame: Frame) => void {
  const { slot, type } = scope.variable(variable);
  const node = { kind: "variable", name: variable, line: 0, start: 0, end: 0 } as const;
  const old = compileExpression(node, scope);
  const combined =
    operator === "="
      ? value
      : combineExpressions(operator.slice(0, -1) as BinaryOperator, {
          left: old,
          right: value,
          settings: scope.settings,
        });
  const assigned = compileAssignment(combined, type, { kind: "variable" });
  return (frame) => {
    frame.run.variables[slot] = assigned.evaluate(frame);
  };
}
