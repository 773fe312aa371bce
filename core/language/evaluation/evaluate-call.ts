import {
  type EagerFunction,
  type FunctionDeclaration,
  type FunctionFault,
  type FunctionParameter,
  isFault,
  type LazyFunction,
} from "../functions/function-declaration.ts";
import { shortenFault } from "../functions/shown-argument.ts";
import { suggestName } from "../suggestion.ts";
import type { CallNode, ExpressionNode, Span } from "../syntax/expression-node.ts";
import { withMarks } from "../values/marks.ts";
import { DYNAMIC_UNKNOWN, type Value } from "../values/value.ts";
import { callFitted, fitArguments, parameterAt, withoutReason } from "./apply-function.ts";
import {
  type EvaluationContext,
  evaluateApart,
  hasErrors,
  type Outcome,
  reportAll,
  reportProblem,
} from "./evaluation-context.ts";

/** The value of `name(a, b...)`. */
export function evaluateCall(node: CallNode, context: EvaluationContext): Value {
  const declaration = findFunction(node, context);
  if (declaration === undefined) return DYNAMIC_UNKNOWN;
  if (declaration.kind === "lazy") return callLazy(node, declaration, context);
  const expanded = node.expandsLast ? expandLast(node, context) : [];
  if (expanded === undefined) return DYNAMIC_UNKNOWN;
  const plain = node.expandsLast ? node.args.slice(0, -1) : node.args;
  const count = plain.length + expanded.length;
  if (!isCountRight(node, { declaration, count }, context)) return DYNAMIC_UNKNOWN;
  const outcomes = plain.map((arg) => ({ ...evaluateApart(arg, context), node: arg }));
  return callEager(node, { declaration, given: [...outcomes, ...expanded] }, context);
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
  const { parameters } = declaration;
  const counted = parameters && { name: node.name, parameters };
  const isRight =
    counted === undefined ||
    isCountRight(node, { declaration: counted, count: node.args.length }, context);
  if (!isRight) return DYNAMIC_UNKNOWN;
  const args = node.args.map((arg) => ({
    node: arg,
    evaluate: (part = arg) => evaluateApart(part, context),
  }));
  const result = declaration.call(args);
  if ("diagnostics" in result) {
    reportAll(context, result.diagnostics);
    return result.value;
  }
  return isFault(result) ? reportLazyFault(node, { declaration, fault: result }, context) : result;
}

function reportLazyFault(
  node: CallNode,
  { declaration, fault }: { readonly declaration: LazyFunction; readonly fault: FunctionFault },
  context: EvaluationContext,
): Value {
  const at = fault.argument ?? -1;
  const parameter = declaration.parameters?.[at];
  return reportAt(node, { fault, parameter, argument: node.args[at] }, context);
}

interface Given extends Outcome {
  readonly node: ExpressionNode;
}

/** The arguments that `last...` stands for; undefined where it is not known or not right. */
function expandLast(node: CallNode, context: EvaluationContext): readonly Given[] | undefined {
  const last = node.args.at(-1);
  if (last === undefined) return [];
  const { value, diagnostics } = evaluateApart(last, context);
  reportAll(context, diagnostics);
  if (hasErrors(diagnostics)) return undefined;
  if (value.kind === "sequence") {
    return value.content.map((element) => {
      return { value: withMarks(element, value.marks), diagnostics: [], node: last };
    });
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
    at: last,
    within: node,
  });
  return undefined;
}

type CountedFunction = Pick<EagerFunction, "name" | "parameters" | "rest">;

function isCountRight(
  node: CallNode,
  { declaration, count }: { readonly declaration: CountedFunction; readonly count: number },
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
  const isSound = !given.some(({ diagnostics }) => hasErrors(diagnostics));
  for (const [at, { diagnostics }] of given.entries()) {
    reportAll(context, diagnostics);
    const fault = fitted.faults.find(({ argument }) => argument === at);
    if (fault !== undefined) reportFault(node, { declaration, given, fault }, context);
  }
  if (!isSound || fitted.faults.length > 0) return DYNAMIC_UNKNOWN;
  const result = callFitted(declaration, fitted);
  if (!isFault(result)) return withMarks(result, fitted.marks);
  const fault = fitted.marks.size > 0 ? withoutReason(result, fitted.marks) : result;
  return reportFault(node, { declaration, given, fault }, context);
}

function reportFault(
  node: CallNode,
  { declaration, given, fault }: Call & { readonly fault: FunctionFault },
  context: EvaluationContext,
): Value {
  const at = fault.argument ?? -1;
  const parameter = at === -1 ? undefined : parameterAt(declaration, at);
  return reportAt(node, { fault, parameter, argument: given[at]?.node }, context);
}

interface FaultyArgument {
  readonly fault: FunctionFault;
  readonly parameter: FunctionParameter | undefined;
  readonly argument: ExpressionNode | undefined;
}

/** A fault of one argument where there is one, else of the whole call. */
function reportAt(
  node: CallNode,
  { fault, parameter, argument }: FaultyArgument,
  context: EvaluationContext,
): Value {
  if (argument === undefined || parameter === undefined) return failed(node, fault, context);
  reportProblem(context, {
    summary: "Invalid function argument",
    detail: `Invalid value for "${parameter.name}" parameter: ${shortenFault(fault.fault)}.`,
    at: argument,
    within: node,
  });
  return DYNAMIC_UNKNOWN;
}

function failed(node: CallNode, { fault }: FunctionFault, context: EvaluationContext): Value {
  reportProblem(context, {
    summary: "Error in function call",
    detail: `Call to function "${node.name}" failed: ${shortenFault(fault)}.`,
    at: { start: node.start, end: node.nameEnd },
    within: node,
  });
  return DYNAMIC_UNKNOWN;
}
