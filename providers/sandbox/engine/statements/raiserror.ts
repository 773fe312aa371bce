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
  const severity =
    statement.severity === undefined
      ? 16
      : Number(yield* evaluateExpression(statement.severity, work));
  const state =
    statement.state === undefined ? 1 : Number(yield* evaluateExpression(statement.state, work));
  const values: SqlValue[] = [];
  for (const argument of statement.arguments)
    values.push(yield* evaluateExpression(argument, work));
  const legacy =
    statement.legacyMessage && (yield* evaluateExpression(statement.legacyMessage, work));
  const isText = typeof id === "string";
  const number = isText ? 50_000 : Number(id ?? 50_000);
  const pattern = isText ? id : typeof legacy === "string" ? legacy : undefined;
  if (pattern === undefined) {
    raise(
      18_054,
      `Error ${number}, severity ${severity}, state ${state} was raised, but no message with that error number was found in sys.messages. If error is larger than 50000, make sure the user-defined message is added using sp_addmessage.`,
    );
  }
  const message = formatMessage(pattern, values).slice(0, 2047);
  const shown = Math.min(Math.max(severity, 0), 25);
  if (statement.options.includes("seterror")) activation.core.errorNumber = number;
  if (shown > 10) raise(number, message, { class: shown, state: Math.abs(state) % 256 });
  activation.sink.message({
    number,
    class: shown,
    state: Math.abs(state) % 256,
    message,
    procedure: activation.module?.object.name ?? "",
    line: activation.line,
  });
  activation.core.errorNumber = 0;
  if (statement.options.includes("nowait")) yield* settle(activation.sink.flush());
  return undefined;
}

/** The conversions of printf that RAISERROR knows: %d %i %u %o %x %X %s, with flags, width and precision. */
export function formatMessage(pattern: string, values: readonly SqlValue[]): string {
  let next = 0;
  const take = (): SqlValue => {
    const value = values[next] ?? null;
    next += 1;
    return value;
  };
  return pattern.replace(
    /%%|%([-+0 #]*)(\*|\d+)?(?:\.(\*|\d+))?(?:l|h|I64)?([diouxXs])/g,
    (
      whole: string,
      flags: string | undefined,
      width: string | undefined,
      precision: string | undefined,
      kind: string | undefined,
    ) => {
      if (whole === "%%") return "%";
      const size = width === "*" ? Number(take()) : Number(width ?? 0);
      const limit =
        precision === "*"
          ? Number(take())
          : precision === undefined
            ? undefined
            : Number(precision);
      const text = convert(take(), kind ?? "s", limit);
      if (flags?.includes("-") === true) return text.padEnd(size);
      return flags?.includes("0") === true && kind !== "s"
        ? text.padStart(size, "0")
        : text.padStart(size);
    },
  );
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
