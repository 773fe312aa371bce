import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { referenceOf, traversalsOf } from "../references.ts";
import { didYouMean } from "../suggestion.ts";
import type {
  ExpressionNode,
  IndexNode,
  StepNode,
  StepsNode,
  TraversalNode,
} from "../syntax/expression-node.ts";
import { DYNAMIC_UNKNOWN, type Value } from "../values/value.ts";
import { type EvaluationContext, reportAll, reportProblem } from "./evaluation-context.ts";
import {
  attributeOf,
  describeValue,
  elementOf,
  isWalkFault,
  type WalkFault,
} from "./walk-value.ts";

/** The value of `root.a[0]`. */
export function evaluateTraversal(node: TraversalNode, context: EvaluationContext): Value {
  const local = localValue(node.root, context);
  if (local !== undefined) return walk(local, { node, from: 0 }, context);
  const { scope } = context;
  const resolution = scope.resolve?.(referenceOf(node, context.file));
  if (resolution !== undefined) {
    if ("value" in resolution) {
      return walk(resolution.value, { node, from: resolution.steps }, context);
    }
    reportAll(context, resolution.diagnostics);
    return DYNAMIC_UNKNOWN;
  }
  const root = scope.variables.get(node.root);
  if (root !== undefined) return walk(root, { node, from: 0 }, context);
  const names = [...scope.variables.keys(), ...localNames(context)];
  reportProblem(context, {
    code: "LANGUAGE_UNKNOWN_REFERENCE",
    summary: "Unknown variable",
    detail: `There is no variable named "${node.root}".${didYouMean(node.root, names)}`,
    at: { start: node.start, end: node.rootEnd },
    within: node,
  });
  return DYNAMIC_UNKNOWN;
}

/** The value of `source.a[0]`. */
export function evaluateSteps(node: StepsNode, context: EvaluationContext): Value {
  return walk(context.evaluate(node.source, context), { node, from: 0 }, context);
}

/** The value of `collection[key]`. */
export function evaluateIndex(node: IndexNode, context: EvaluationContext): Value {
  const collection = context.evaluate(node.collection, context);
  const key = context.evaluate(node.key, context);
  const found = elementOf(collection, key);
  if (!isWalkFault(found)) return found;
  const at = { start: node.collection.end, end: node.end };
  reportProblem(context, { ...found, at, within: node });
  return DYNAMIC_UNKNOWN;
}

function localValue(name: string, context: EvaluationContext): Value | undefined {
  for (let locals = context.locals; locals !== undefined; locals = locals.outer) {
    const value = locals.values.get(name);
    if (value !== undefined) return value;
  }
  return undefined;
}

function localNames(context: EvaluationContext): readonly string[] {
  const names: string[] = [];
  for (let locals = context.locals; locals !== undefined; locals = locals.outer) {
    for (const name of locals.values.keys()) names.push(name);
  }
  return names;
}

interface Steps {
  readonly node: TraversalNode | StepsNode;
  readonly from: number;
}

function walk(start: Value, { node, from }: Steps, context: EvaluationContext): Value {
  let value = start;
  for (let at = from; at < node.steps.length; at += 1) {
    const step = node.steps[at];
    if (step === undefined) break;
    const next = take(value, step);
    if (isWalkFault(next)) {
      const code =
        next.summary === "Unsupported attribute" ? "LANGUAGE_UNKNOWN_REFERENCE" : undefined;
      reportProblem(context, { ...next, code, at: step, within: node });
      return DYNAMIC_UNKNOWN;
    }
    value = next;
  }
  return value;
}

function take(value: Value, step: StepNode): Value | WalkFault {
  if (step.kind === "index") return elementOf(value, step.key);
  return step.key.kind === "string"
    ? attributeOf(value, step.key.content)
    : elementOf(value, step.key);
}

/** The most references that one diagnostic describes. */
const DESCRIBED = 8;
/** The most nodes looked at for them: each of many faults in one long expression describes its own part. */
const SEARCHED = 200;

/** What the references under a node hold, each once. */
export function describeReferences(
  root: ExpressionNode,
  context: EvaluationContext,
): Diagnostic["values"] {
  const lines = new Map<string, string>();
  const quiet = { ...context, diagnostics: [], describe: () => undefined };
  for (const node of traversalsOf(root, SEARCHED)) {
    if (lines.size === DESCRIBED) break;
    for (const part of prefixesOf(node)) {
      const text = context.file.text.slice(part.start, part.end);
      if (lines.has(text)) break;
      const failed = quiet.diagnostics.length;
      const value = evaluateTraversal(part, quiet);
      if (quiet.diagnostics.length > failed) continue;
      const key = keyBeside(node, context);
      if (key !== undefined) lines.set(`${node.root}.key`, describeValue(key));
      lines.set(text, describeValue(value));
      break;
    }
  }
  return Array.from(lines, ([reference, statement]) => ({ reference, statement }));
}

/** Of `each.value` and of the value of a dynamic block, the key tells which of many it is. */
function keyBeside({ root, steps }: TraversalNode, { scope }: EvaluationContext) {
  const [step] = steps;
  const isValue = step?.key.kind === "string" && step.key.content === "value";
  const holder = isValue ? scope.variables.get(root) : undefined;
  if (holder?.kind !== "mapping" || holder.content.size !== 2) return undefined;
  return holder.content.has("value") ? holder.content.get("key") : undefined;
}

/** The reference, then what is left of it without its last step, and so on: the first that has a value explains the rest. */
function* prefixesOf(node: TraversalNode): Generator<TraversalNode> {
  yield node;
  for (let length = node.steps.length - 1; length >= 0; length -= 1) {
    const end = node.steps[length - 1]?.end ?? node.rootEnd;
    yield { ...node, steps: node.steps.slice(0, length), end };
  }
}
