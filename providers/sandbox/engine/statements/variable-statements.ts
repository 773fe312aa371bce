import { compileExpression } from "../../expressions/compile-expression.ts";
import type { Expression } from "../../parser/ast-expressions.ts";
import type { Statement } from "../../parser/ast-statements.ts";
import { raise } from "../../values/sql-exception.ts";
import { makeFrame } from "../query/plan.ts";
import { QueryScope } from "../query/scope.ts";
import type { Activation } from "../session/activation.ts";
import { environmentOf } from "../session/services.ts";
import { createRun, endRun } from "../session/statement-run.ts";
import { inTransaction } from "../session/transactions.ts";
import type { Task } from "../suspension.ts";
import type { Flow, Interpreter } from "./flow.ts";
import { compileSetter, type Setting } from "./select-statement.ts";

type Of<Kind extends Statement["kind"]> = Extract<Statement, { readonly kind: Kind }>;

/** The names were declared when the batch began; here only the values are set. */
export function* executeDeclare(
  statement: Of<"declare">,
  activation: Activation,
  interpreter: Interpreter,
): Task<Flow> {
  for (const variable of statement.variables) {
    if (variable.kind !== "scalar" || variable.value === undefined) continue;
    yield* setVariable(
      { variable: variable.name, operator: "=", expression: variable.value },
      activation,
      interpreter,
    );
  }
  return undefined;
}

export function* executeSetVariable(
  statement: Of<"set_variable">,
  activation: Activation,
  interpreter: Interpreter,
): Task<Flow> {
  const { name, operator, value } = statement;
  if (value.kind === "cursor_definition") {
    raise(40_515, "Cursor variables are not supported in this version.");
  }
  yield* setVariable({ variable: name, operator, expression: value }, activation, interpreter);
  return undefined;
}

type Assigning = Omit<Setting, "value"> & { readonly expression: Expression };

function* setVariable(
  { variable, operator, expression }: Assigning,
  activation: Activation,
  interpreter: Interpreter,
): Task {
  yield* inTransaction(activation, function* () {
    const environment = environmentOf(activation, interpreter);
    const scope = new QueryScope({ environment, sources: [], parent: undefined });
    const set = compileSetter(
      { variable, operator, value: compileExpression(expression, scope) },
      scope,
    );
    const run = createRun(activation);
    try {
      set(makeFrame(run, undefined));
      yield* [];
    } finally {
      endRun(run);
    }
  });
}
