import type {
  EagerFunction,
  FunctionDeclaration,
  FunctionFault,
  FunctionParameter,
  LazyFunction,
} from "../functions/function-declaration.ts";
import { isFault } from "../functions/function-declaration.ts";
import { suggestName } from "../suggestion.ts";
import type { CallNode, ExpressionNode, Span } from "../syntax/expression-node.ts";
import { convertValue, isConversionFault } from "../values/convert.ts";
import { joinMarks, marksWithin, withMarks, withoutMarksWithin } from "../values/marks.ts";
import { isWhollyKnown } from "../values/unknown.ts";
import {
  DYNAMIC_UNKNOWN,
  type Marks,
  NO_MARKS,
  unknownValue,
  type Value,
} from "../values/value.ts";
import { type EvaluationContext, evaluateApart, reportProblem } from "./evaluation-context.ts";

/** The value of `name(a, b...)`. */
export function evaluateCall(node: CallNode, context: EvaluationContext): Value {
  const declaration = findFunction(node, context);
  if (declaration === undefined) return DYNAMIC_UNKNOWN;
  if (declaration.kind === "lazy") return callLazy(node, declaration, context);
  const given = evaluateArguments(node, context);
  if (given === undefined) return DYNAMIC_UNKNOWN;
  if (!isCountRight(node, { declaration, count: given.length }, context)) return DYNAMIC_UNKNOWN;
  return callEager(node, { declaration, given }, context);
}

function findFunction(node: CallNode, context: EvaluationContext): FunctionDeclaration | undefined {
  const { functions } = context.scope;
  const at = { start: node.start, end: node.nameEnd };
  if (functions === undefined) {
    reportProblem(context, {
      summary: "Function calls not allowed",
      detail: "Functions may not be called here.",
      at,
      within: node,
    });
    return undefined;
  }
  const found = functions.get(node.name);
  if (found !== undefined) return found;
  const meant = suggestName(node.name, functions.keys());
  const hint = meant === undefined ? "" : ` Did you mean "${meant}"?`;
  reportProblem(context, {
    code: "LANGUAGE_UNKNOWN_FUNCTION",
    summary: "Call to unknown function",
    detail: `There is no function named "${node.name}".${hint}`,
    at,
    within: node,
  });
  return undefined;
}

function callLazy(node: CallNode, declaration: LazyFunction, context: EvaluationContext): Value {
  if (node.expandsLast) {
    reportProblem(context, {
      summary: "Invalid expanding argument value",
      detail: `The function "${node.name}" takes its arguments as they are written; "..." is not allowed.`,
      at: node.args.at(-1) ?? node,
      within: node,
    });
    return DYNAMIC_UNKNOWN;
  }
  const result = declaration.call(node.args.map((arg) => () => evaluateApart(arg, context)));
  return isFault(result) ? failed(node, result, context) : result;
}

interface Given {
  readonly value: Value;
  readonly node: ExpressionNode;
}

/** Undefined where the expanded argument is not known or not right. */
function evaluateArguments(
  node: CallNode,
  context: EvaluationContext,
): readonly Given[] | undefined {
  const given = node.args.map((arg) => ({ value: context.evaluate(arg, context), node: arg }));
  if (!node.expandsLast) return given;
  const last = given.pop();
  if (last === undefined) return given;
  const { value } = last;
  if (value.kind === "sequence") {
    const marked = value.content.map((element) => withMarks(element, value.marks));
    return [...given, ...marked.map((element) => ({ value: element, node: last.node }))];
  }
  const { kind } = value.type;
  const mayBeSequence = kind === "dynamic" || kind === "list" || kind === "set" || kind === "tuple";
  if (value.kind === "unknown" && mayBeSequence) return undefined;
  reportProblem(context, {
    summary: "Invalid expanding argument value",
    detail:
      value.kind === "null"
        ? "The expanding argument (indicated by ...) must not be null."
        : "The expanding argument (indicated by ...) must be of a tuple, list, or set type.",
    at: last.node,
    within: node,
  });
  return undefined;
}

function isCountRight(
  node: CallNode,
  { declaration, count }: { readonly declaration: EagerFunction; readonly count: number },
  context: EvaluationContext,
): boolean {
  const { name, parameters, rest } = declaration;
  const missing = parameters[count];
  if (missing !== undefined) {
    const atLeast = rest === undefined ? "" : " at least";
    reportProblem(context, {
      summary: "Not enough function arguments",
      detail: `Function "${name}" expects${atLeast} ${parameters.length} argument(s). Missing value for "${missing.name}".`,
      at: node.closeParen,
      within: node,
    });
    return false;
  }
  if (rest !== undefined || count <= parameters.length) return true;
  const first: Span = node.args[parameters.length] ?? node.args.at(-1) ?? node;
  reportProblem(context, {
    summary: "Too many function arguments",
    detail: `Function "${name}" expects only ${parameters.length} argument(s).`,
    at: { start: first.start, end: node.closeParen.start },
    within: node,
  });
  return false;
}

interface Call {
  readonly declaration: EagerFunction;
  readonly given: readonly Given[];
}

function callEager(
  node: CallNode,
  { declaration, given }: Call,
  context: EvaluationContext,
): Value {
  const fitted = fitArguments(declaration, given);
  if (isFault(fitted)) return reportFault(node, { declaration, given, fault: fitted }, context);
  const { args, marks, isKnown } = fitted;
  const result = isKnown ? callKnown(declaration, args) : unknownResult(declaration, args);
  if (!isFault(result)) return withMarks(result, marks);
  return reportFault(node, { declaration, given, fault: result }, context);
}

interface FittedArguments {
  readonly args: readonly Value[];
  /** Marks that were taken off, for the result. */
  readonly marks: Marks;
  readonly isKnown: boolean;
}

function fitArguments(
  declaration: EagerFunction,
  given: readonly Given[],
): FittedArguments | FunctionFault {
  const args: Value[] = [];
  let marks: Marks = NO_MARKS;
  let isKnown = true;
  for (const [at, arg] of given.entries()) {
    const parameter = declaration.parameters[at] ?? declaration.rest;
    if (parameter === undefined) break;
    const value = fitArgument(arg.value, parameter);
    if (isFault(value)) return { fault: value.fault, argument: at };
    const keepsMarks = parameter.allowsMarks === true;
    args.push(keepsMarks ? value : withoutMarksWithin(value));
    if (!keepsMarks) marks = joinMarks(marks, marksWithin(value));
    if (parameter.allowsUnknown !== true && !isWhollyKnown(value)) isKnown = false;
  }
  return { args, marks, isKnown };
}

function reportFault(
  node: CallNode,
  { declaration, given, fault }: Call & { readonly fault: FunctionFault },
  context: EvaluationContext,
): Value {
  if (fault.argument === undefined) return failed(node, fault, context);
  const parameter = declaration.parameters[fault.argument] ?? declaration.rest;
  const at = given[fault.argument]?.node ?? node;
  reportProblem(context, {
    summary: "Invalid function argument",
    detail: `Invalid value for "${parameter?.name ?? ""}" parameter: ${fault.fault}.`,
    at,
    within: node,
  });
  return DYNAMIC_UNKNOWN;
}

function fitArgument(value: Value, parameter: FunctionParameter): Value | FunctionFault {
  if (value.kind === "null" && parameter.allowsNull !== true) {
    return { fault: "argument must not be null" };
  }
  const fitted = convertValue(value, parameter.type);
  return isConversionFault(fitted) ? { fault: fitted.fault } : fitted;
}

function callKnown(declaration: EagerFunction, args: readonly Value[]): Value | FunctionFault {
  const { returns } = declaration;
  const type = typeof returns === "function" ? returns(args) : returns;
  return isFault(type) ? type : declaration.call(args, type);
}

function unknownResult(declaration: EagerFunction, args: readonly Value[]): Value | FunctionFault {
  const { returns, neverNull } = declaration;
  const refinements = neverNull === true ? { notNull: true } : {};
  if (typeof returns !== "function") return unknownValue(returns, refinements);
  if (args.some(({ kind, type }) => kind === "unknown" && type.kind === "dynamic")) {
    return DYNAMIC_UNKNOWN;
  }
  const type = returns(args);
  return isFault(type) ? type : unknownValue(type, refinements);
}

function failed(node: CallNode, { fault }: FunctionFault, context: EvaluationContext): Value {
  reportProblem(context, {
    summary: "Error in function call",
    detail: `Call to function "${node.name}" failed: ${fault}.`,
    at: { start: node.start, end: node.nameEnd },
    within: node,
  });
  return DYNAMIC_UNKNOWN;
}
