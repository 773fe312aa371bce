import { diagnosticOf } from "../../core/diagnostics/caught.ts";
import { type Diagnostic, errorDiagnostic } from "../../core/diagnostics/diagnostic.ts";
import { evaluate } from "../../core/language/evaluation/evaluate.ts";
import type { Expression, Reference } from "../../core/language/expression.ts";
import type { FunctionDeclaration } from "../../core/language/functions/function-declaration.ts";
import { parseExpressionText } from "../../core/language/parse-hcl.ts";
import { references } from "../../core/language/references.ts";
import type { Scope } from "../../core/language/scope.ts";
import type { ExpressionNode } from "../../core/language/syntax/expression-node.ts";
import { isWhollyKnown } from "../../core/language/values/unknown.ts";
import { DYNAMIC } from "../../core/language/values/value-type.ts";
import type { ConsoleAnswer } from "../views/console-answer.ts";
import { type InputLine, LONGEST_LINE } from "./input-lines.ts";
import { isDeeperThan } from "./value-depth.ts";

/** The name of the source in messages about a line. */
export const CONSOLE_INPUT = "<console-input>";

/** Levels of collections within each other. Views go down by recursion; the parser itself takes 400. */
const DEEPEST = 1000;

/** What lines are evaluated against. */
export interface ConsoleSession {
  readonly scope: Scope;
  /** The error for whose sake what an expression refers to may be unknown. */
  readonly hiddenFault: (references: readonly Reference[]) => Diagnostic | undefined;
}

/** `type` may only stand around a whole line; this one answers wherever else it is called. */
const TYPE_WITHIN: FunctionDeclaration = {
  kind: "eager",
  name: "type",
  parameters: [
    { name: "value", type: DYNAMIC, allowsNull: true, allowsUnknown: true, allowsMarks: true },
  ],
  returns: () => ({
    fault: "it says the type of a whole line of the console, so nothing may stand around it",
  }),
  call: () => ({ fault: "it may only stand around a whole line of the console" }),
};

/** A scope with the console's own function `type`. */
export function consoleScope(scope: Scope): Scope {
  const functions = new Map([...(scope.functions ?? []), ["type", TYPE_WITHIN] as const]);
  return {
    variables: scope.variables,
    functions,
    resolve: (reference) => scope.resolve?.(reference),
  };
}

/** Evaluates the text of one expression. Never throws. */
export function answerText(text: string, session: ConsoleSession): ConsoleAnswer {
  if (text.trim() === "") return failed([missingExpression()]);
  try {
    const { expression, diagnostics } = parseExpressionText({ filename: CONSOLE_INPUT, text });
    if (diagnostics.length > 0) return failed(diagnostics);
    return answer(expression, session);
  } catch (error) {
    return failed([diagnosticOf(error)]);
  }
}

/** Evaluates one line of the input. Never throws. */
export function answerLine(line: InputLine, session: ConsoleSession): ConsoleAnswer {
  const text = decodeLine(line);
  return typeof text === "string" ? answerText(text, session) : failed([text]);
}

/** The text of a line, or why it has none. */
export function decodeLine(line: InputLine): string | Diagnostic {
  if (line.kind === "tooLong") return lineTooLong();
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(line.bytes);
  } catch {
    return notUtf8();
  }
}

function answer(expression: Expression, { scope, hiddenFault }: ConsoleSession): ConsoleAnswer {
  const asked = askedType(expression.node);
  const whole = asked === undefined ? expression : { ...located(expression), node: asked };
  const { value, diagnostics } = evaluate(whole, scope);
  if (diagnostics.length > 0) return failed(diagnostics);
  const fault = isWhollyKnown(value) ? undefined : hiddenFault(references(whole));
  if (fault !== undefined) return failed([notKnown(fault)]);
  if (isDeeperThan(value, DEEPEST)) return failed([tooDeep()]);
  return asked === undefined ? { kind: "value", value } : { kind: "type", type: value.type };
}

function located({ file, range }: Expression): Omit<Expression, "node"> {
  return { file, range };
}

/** What a line `type(x)` asks about. */
function askedType(node: ExpressionNode): ExpressionNode | undefined {
  if (node.kind === "parentheses") return askedType(node.inner);
  if (node.kind !== "call" || node.name !== "type" || node.expandsLast) return undefined;
  return node.args.length === 1 ? node.args[0] : undefined;
}

function failed(diagnostics: readonly Diagnostic[]): ConsoleAnswer {
  const [first, ...others] = diagnostics;
  if (first === undefined)
    throw new RangeError("an answer failed without a problem. This is a bug.");
  return { kind: "failure", problems: [first, ...others] };
}

function notUtf8(): Diagnostic {
  return errorDiagnostic({
    code: "LANGUAGE_SYNTAX",
    summary: "Invalid character encoding",
    detail: "The line is not UTF-8 text, so it cannot be read.",
  });
}

export function lineTooLong(): Diagnostic {
  return errorDiagnostic({
    code: "LANGUAGE_SYNTAX",
    summary: "Line too long",
    detail: `An expression of the console may have at most ${LONGEST_LINE / 1024 / 1024} MiB. Put a larger value into a file, and read it with file().`,
  });
}

function tooDeep(): Diagnostic {
  return errorDiagnostic({
    code: "LANGUAGE_EVALUATION",
    summary: "Value too deep",
    detail: `The value has more than ${DEEPEST} levels of collections within each other, which the console does not show.`,
  });
}

function missingExpression(): Diagnostic {
  return errorDiagnostic({
    code: "LANGUAGE_SYNTAX",
    summary: "Missing expression",
    detail: 'The line is empty. Write an expression, such as var.region or upper("a").',
  });
}

function notKnown({ summary, detail }: Diagnostic): Diagnostic {
  return errorDiagnostic({
    code: "CONSOLE_CONFIGURATION_INVALID",
    summary: "Value not known",
    detail: `What this expression refers to has no value, because the configuration has an error. ${summary}: ${detail}`,
  });
}
