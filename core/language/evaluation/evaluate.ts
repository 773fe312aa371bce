import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Expression } from "../expression.ts";
import type { Evaluation, Scope } from "../scope.ts";
import type { ExpressionNode } from "../syntax/expression-node.ts";
import { DYNAMIC_UNKNOWN, type Value } from "../values/value.ts";
import { evaluateCall } from "./evaluate-call.ts";
import { evaluateObject, evaluateTuple } from "./evaluate-collection.ts";
import { evaluateConditional } from "./evaluate-conditional.ts";
import { evaluateFor } from "./evaluate-for.ts";
import { evaluateBinary, evaluateUnary } from "./evaluate-operator.ts";
import { evaluateSplat } from "./evaluate-splat.ts";
import { evaluateJoin, evaluateTemplate } from "./evaluate-template.ts";
import {
  describeReferences,
  evaluateIndex,
  evaluateSteps,
  evaluateTraversal,
} from "./evaluate-traversal.ts";
import type { EvaluationContext } from "./evaluation-context.ts";

/** Evaluates an expression. Never throws: what fails is a diagnostic, and its value is unknown or, in a text, left out. */
export function evaluate(expression: Expression, scope: Scope): Evaluation {
  const context = contextOf(expression, scope);
  const value = evaluateNode(expression.node, context);
  return { value, diagnostics: context.diagnostics };
}

function contextOf({ file }: Expression, scope: Scope): EvaluationContext {
  return {
    file,
    scope,
    locals: undefined,
    item: undefined,
    diagnostics: [],
    evaluate: evaluateNode,
    describe: describeReferences,
  };
}

const EVALUATORS: {
  readonly [Kind in ExpressionNode["kind"]]: (
    node: Extract<ExpressionNode, { readonly kind: Kind }>,
    context: EvaluationContext,
  ) => Value;
} = {
  literal: ({ value }) => value,
  template: evaluateTemplate,
  wrap: ({ inner }, context) => evaluateNode(inner, context),
  parentheses: ({ inner }, context) => evaluateNode(inner, context),
  join: evaluateJoin,
  traversal: evaluateTraversal,
  steps: evaluateSteps,
  index: evaluateIndex,
  splat: evaluateSplat,
  item: (_, { item }) => item ?? DYNAMIC_UNKNOWN,
  call: evaluateCall,
  conditional: evaluateConditional,
  unary: evaluateUnary,
  binary: evaluateBinary,
  tuple: evaluateTuple,
  object: evaluateObject,
  for: evaluateFor,
  invalid: ({ diagnostic }, context) => {
    if (diagnostic !== undefined) context.diagnostics.push(diagnostic);
    return DYNAMIC_UNKNOWN;
  },
};

function evaluateNode(node: ExpressionNode, context: EvaluationContext): Value {
  // The table is keyed by the node's own kind, which TypeScript cannot follow.
  const evaluator = EVALUATORS[node.kind] as (
    node: ExpressionNode,
    context: EvaluationContext,
  ) => Value;
  return evaluator(node, context);
}

/** What the references of an expression hold, ready to print; nothing that is sensitive. */
export function valuesOfReferences(expression: Expression, scope: Scope): Diagnostic["values"] {
  return describeReferences(expression.node, contextOf(expression, scope));
}
