import type { Expression } from "../../parser/ast-expressions.ts";
import type { RaiserrorStatement } from "../../parser/ast-statements.ts";
import { raise } from "../../values/sql-exception.ts";
import type { SqlValue } from "../../values/sql-type.ts";
import type { Activation } from "../session/activation.ts";
import { settle, type Task } from "../suspension.ts";
import { evaluateExpression } from "./control-flow.ts";
import type { Flow, Interpreter } from "./flow.ts";

export function* executeRaiserror(
  statement: RaiserrorStatement,
  activation: Activation,
  interpreter: Interpreter,
): Task<Flow> {
  const work = { activation, interpreter };
  const id = yield* evaluateExpression(statement.id, work);
  const severity = yield* numberOf(statement.severity, 16, work);
  const state = Math.abs(yield* numberOf(statement.state, 1, work)) % 256;
  const values: SqlValue[] = [];
  for (const argument of statement.arguments)
    values.push(yield* evaluateExpression(argument, work));
  const legacy =
    statement.legacyMessage && (yield* evaluateExpression(statement.legacyMessage, work));
  const number = typeof id === "string" ? 50_000 : Number(id ?? 50_000);
  const pattern = typeof id === "string" ? id : legacy;
  if (typeof pattern !== "string") {
    raise(
      18_054,
      `Error ${number}, severity ${severity}, state ${state} was raised, but no message with that error number was found in sys.messages. If error is larger than 50000, make sure the user-defined message is added using sp_addmessage.`,
    );
  }
  const message = formatMessage(pattern, values).slice(0, 2047);
  const shown = Math.min(Math.max(severity, 0), 25);
  if (shown > 10) raise(number, message, { class: shown, state });
  const procedure = activation.module?.object.name ?? "";
  activation.sink.message({
    number,
    class: shown,
    state,
    message,
    procedure,
    line: activation.line,
  });
  activation.core.errorNumber = statement.options.includes("seterror") ? number : 0;
  if (statement.options.includes("nowait")) yield* settle(activation.sink.flush());
  return undefined;
}

function* numberOf(
  expression: Expression | undefined,
  otherwise: number,
  work: { readonly activation: Activation; readonly interpreter: Interpreter },
): Task<number> {
  return expression === undefined ? otherwise : Number(yield* evaluateExpression(expression, work));
}

/** The conversions of printf that RAISERROR knows: %d %i %u %o %x %X %s, with flags, width and precision. */
function formatMessage(pattern: string, values: readonly SqlValue[]): string {
  let next = 0;
  const take = (): SqlValue => {
    const value = values[next] ?? null;
    next += 1;
    return value;
  };
  const marks =
    /%%|%(?<flags>[-+0 #]*)(?<width>\*|\d+)?(?:\.(?<precision>\*|\d+))?(?:l|h|I64)?(?<kind>[diouxXs])/g;
  let text = "";
  let from = 0;
  for (const match of pattern.matchAll(marks)) {
    text += pattern.slice(from, match.index) + formatMark(match, take);
    from = match.index + match[0].length;
  }
  return text + pattern.slice(from);
}

function formatMark(match: RegExpMatchArray, take: () => SqlValue): string {
  if (match[0] === "%%") return "%";
  const { flags = "", width, precision, kind = "s" } = match.groups ?? {};
  const size = width === "*" ? Number(take()) : Number(width ?? 0);
  const limit = precision === "*" ? take() : precision;
  const text = convert(take(), kind, limit === undefined ? undefined : Number(limit));
  if (flags.includes("-")) return text.padEnd(size);
  return text.padStart(size, flags.includes("0") && kind !== "s" ? "0" : " ");
}

function convert(value: SqlValue, kind: string, limit: number | undefined): string {
  if (value === null) return "(null)";
  if (kind === "s") {
    const text = typeof value === "object" ? "" : String(value);
    return limit === undefined ? text : text.slice(0, limit);
  }
  if (typeof value !== "number" && typeof value !== "bigint") {
    raise(
      2786,
      "The data type of substitution parameter 1 does not match the expected type of the format specification.",
    );
  }
  const number = BigInt(value);
  switch (kind) {
    case "x":
      return BigInt.asUintN(32, number).toString(16);
    case "X":
      return BigInt.asUintN(32, number).toString(16).toUpperCase();
    case "o":
      return BigInt.asUintN(32, number).toString(8);
    default:
      return number.toString();
  }
}
