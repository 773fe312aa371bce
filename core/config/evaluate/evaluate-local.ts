import { evaluate } from "../../language/evaluation/evaluate.ts";
import type { BlockContent } from "../graph/block-node.ts";
import type { Evaluation } from "./evaluation.ts";
import { scopeOf } from "./instance-scope.ts";
import type { ModuleInstance } from "./module-instance.ts";

type Local = Extract<BlockContent, { readonly kind: "local" }>;

export function evaluateLocal(
  { name, attribute }: Local,
  instance: ModuleInstance,
  { facts, report }: Evaluation,
): void {
  const { value, diagnostics } = evaluate(attribute.expression, scopeOf(instance, facts));
  report.add(...diagnostics);
  instance.locals.set(name, value);
}
