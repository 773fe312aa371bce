import { compileAssignment } from "../../expressions/assignment.ts";
import { compileExpression, compilePredicate } from "../../expressions/compile-expression.ts";
import type { Expression, Predicate } from "../../parser/ast-expressions.ts";
import type { Statement, TryStatement } from "../../parser/ast-statements.ts";
import { parseMoment } from "../../values/date-parse.ts";
import { raise } from "../../values/sql-exception.ts";
import type { SqlType, SqlValue } from "../../values/sql-type.ts";
import { makeFrame } from "../query/plan.ts";
import { QueryScope } from "../query/scope.ts";
import type { Activation } from "../session/activation.ts";
import { delay } from "../session/driver.ts";
import { isSqlFailure, locate, RaisedError, sendInfo } from "../session/errors.ts";
import { environmentOf } from "../session/services.ts";
import { createRun, endRun, repeatable } from "../session/statement-run.ts";
import { inTransaction } from "../session/transactions.ts";
import { plainText } from "../session/value-text.ts";
import { settle, type Task, untilUnblocked } from "../suspension.ts";
import type { Flow, Interpreter } from "./flow.ts";

type Of<Kind extends Statement["kind"]> = Extract<Statement, { readonly kind: Kind }>;

export function* executeIf(
  statement: Of<"if">,
  activation: Activation,
  interpreter: Interpreter,
): Task<Flow> {
  const isTrue = yield* evaluateCondition(statement.condition, activation, interpreter);
  const branch = isTrue ? statement.whenTrue : statement.whenFalse;
  return branch === undefined ? undefined : yield* interpreter.execute([branch], activation);
}

export function* executeWhile(
  statement: Of<"while">,
  activation: Activation,
  interpreter: Interpreter,
): Task<Flow> {
  let turns = 0;
  while (yield* evaluateCondition(statement.condition, activation, interpreter)) {
    turns += 1;
    if (turns % 16 === 0) yield { kind: "pause" };
    const flow = yield* interpreter.execute([statement.body], activation);
    if (flow?.kind === "break") break;
    if (flow !== undefined && flow.kind !== "continue") return flow;
    activation.line = statement.line;
  }
  return undefined;
}

/** A condition may read tables, so it runs as a statement does. */
function* evaluateCondition(
  condition: Predicate,
  activation: Activation,
  interpreter: Interpreter,
): Task<boolean> {
  return yield* inTransaction(activation, function* () {
    const environment = environmentOf(activation, interpreter);
    const scope = new QueryScope({ environment, sources: [], parent: undefined });
    const predicate = compilePredicate(condition, scope);
    const run = createRun(activation);
    const evaluate = (): boolean =>
      predicate.evaluate(makeFrame(repeatable(run), undefined)) === true;
    try {
      return yield* untilUnblocked(evaluate);
    } finally {
      endRun(run);
    }
  });
}

/** The value of an expression outside of any query. With a type it is converted as for a variable. */
export function* evaluateExpression(
  expression: Expression,
  {
    activation,
    interpreter,
    type,
  }: {
    readonly activation: Activation;
    readonly interpreter: Interpreter;
    readonly type?: SqlType | undefined;
  },
): Task<SqlValue> {
  return yield* inTransaction(activation, function* () {
    const environment = environmentOf(activation, interpreter);
    const scope = new QueryScope({ environment, sources: [], parent: undefined });
    const compiled = compileExpression(expression, scope);
    const value =
      type === undefined ? compiled : compileAssignment(compiled, type, { kind: "variable" });
    const run = createRun(activation);
    const evaluate = (): SqlValue => value.evaluate(makeFrame(repeatable(run), undefined));
    try {
      return yield* untilUnblocked(evaluate);
    } finally {
      endRun(run);
    }
  });
}

export function* executeTry(
  statement: TryStatement,
  activation: Activation,
  interpreter: Interpreter,
): Task<Flow> {
  activation.tryDepth += 1;
  let isOpen = true;
  try {
    return yield* interpreter.execute(statement.statements, activation);
  } catch (failure) {
    if (!isSqlFailure(failure)) throw failure;
    const error = locate(failure, activation);
    if (error.class >= 20) throw failure;
    activation.tryDepth -= 1;
    isOpen = false;
    activation.caught.push(error);
    try {
      return yield* interpreter.execute(statement.catchStatements, activation);
    } finally {
      activation.caught.pop();
    }
  } finally {
    if (isOpen) activation.tryDepth -= 1;
  }
}

export function* executeThrow(
  statement: Of<"throw">,
  activation: Activation,
  interpreter: Interpreter,
): Task<Flow> {
  if (statement.arguments === undefined) {
    const error = activation.caught.at(-1);
    if (error === undefined) {
      raise(
        10_704,
        "To rethrow an error, a THROW statement must be used inside a CATCH block. Insert the THROW statement inside a CATCH block, or add error parameters to the THROW statement.",
        { class: 15 },
      );
    }
    throw new RaisedError(error);
  }
  const { number, message, state } = statement.arguments;
  const shared = { activation, interpreter };
  const value = Number(yield* evaluateExpression(number, { ...shared, type: { name: "int" } }));
  if (value < 50_000) {
    raise(
      35_100,
      `Error number ${value} in the THROW statement is outside the valid range. Specify an error number in the valid range of 50000 to 2147483647.`,
    );
  }
  const text = yield* evaluateExpression(message, {
    ...shared,
    type: { name: "nvarchar", length: 2048 },
  });
  const code = Number(yield* evaluateExpression(state, { ...shared, type: { name: "tinyint" } }));
  raise(value, plainText(text), { class: 16, state: code });
}

export function* executePrint(
  statement: Of<"print">,
  activation: Activation,
  interpreter: Interpreter,
): Task<Flow> {
  const type: SqlType = {
    name: "nvarchar",
    length: 4000,
    collation: activation.core.database.options.collation,
  };
  const value = yield* evaluateExpression(statement.value, { activation, interpreter, type });
  sendInfo(activation, 0, typeof value === "string" ? value : "");
  return undefined;
}

export function* executeReturn(
  statement: Of<"return">,
  activation: Activation,
  interpreter: Interpreter,
): Task<Flow> {
  if (statement.value === undefined) return { kind: "return", value: 0 };
  const { module } = activation;
  const scalar = module?.object.type === "FN" ? module.object.parameters[0]?.type : undefined;
  if (module === undefined) {
    raise(178, "A RETURN statement with a return value cannot be used in this context.", {
      class: 15,
    });
  }
  const type = scalar ?? { name: "int" };
  const value = yield* evaluateExpression(statement.value, { activation, interpreter, type });
  return { kind: "return", value };
}

const DAY = 864_000_000_000;

export function* executeWaitfor(
  statement: Of<"waitfor">,
  activation: Activation,
  interpreter: Interpreter,
): Task<Flow> {
  const value = yield* evaluateExpression(statement.value, { activation, interpreter });
  const text = typeof value === "string" ? value : "";
  const parsed = parseMoment(text, { order: "mdy", isLegacy: true });
  if (parsed.kind !== "moment") {
    raise(148, `Incorrect time syntax in time string '${text}' used with WAITFOR.`, { class: 15 });
  }
  const ticks = parsed.moment.ticks;
  const now = Number(activation.core.parts.now() % BigInt(DAY));
  const wait = statement.mode === "delay" ? ticks : (ticks - now + DAY) % DAY;
  yield* settle(delay(wait / 10_000).promise);
  return undefined;
}
