import type { BlockContent, BlockNode } from "../graph/block-node.ts";
import { evaluateData } from "./evaluate-data.ts";
import { evaluateLocal } from "./evaluate-local.ts";
import { evaluateModuleCall } from "./evaluate-module-call.ts";
import { evaluateOutput } from "./evaluate-output.ts";
import { evaluateResources } from "./evaluate-resources.ts";
import { evaluateVariable } from "./evaluate-variable.ts";
import type { Evaluation } from "./evaluation.ts";
import type { ModuleInstance } from "./module-instance.ts";

/**
 * Evaluates a block in every instance of its module. Blocks come in an order in which each follows all that it needs;
 * those in a circle are left out, so that what refers to them is unknown.
 */
export function evaluateBlock({ at, content }: BlockNode, evaluation: Evaluation): void {
  for (const instance of evaluation.modules.get(at.id) ?? []) {
    evaluateIn(instance, content, evaluation);
  }
}

function evaluateIn(instance: ModuleInstance, content: BlockContent, evaluation: Evaluation): void {
  switch (content.kind) {
    case "variable":
      return evaluateVariable(content.block, instance, evaluation);
    case "local":
      return evaluateLocal(content, instance, evaluation);
    case "output":
      return evaluateOutput(content.block, instance, evaluation);
    case "resource":
      return evaluateResources(content.block, instance, evaluation);
    case "data":
      return evaluateData(content.block, instance, evaluation);
    case "module":
      return evaluateModuleCall(content.block, instance, evaluation);
    case "check":
      return;
    default:
      return content satisfies never;
  }
}
