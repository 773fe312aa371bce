import { type Address, tryParseAddress } from "../../address/address.ts";
import { formatKey } from "../../address/instance-key.ts";
import { evaluate } from "../../language/evaluation/evaluate.ts";
import type { Expression, Reference } from "../../language/expression.ts";
import { LocatedExpression } from "../../language/native-body.ts";
import type { Scope } from "../../language/scope.ts";
import type { ExpressionNode } from "../../language/syntax/expression-node.ts";
import { doubleOfNumber } from "../../language/values/number-format.ts";
import type { ReplaceTrigger } from "../configuration.ts";
import { findTarget, nameAt, unknownReference } from "../graph/targets.ts";
import { readReferences } from "../read/address-expression.ts";
import { problem, type Report } from "../report.ts";
import type { ModuleInstance } from "./module-instance.ts";

interface TriggerContext {
  readonly instance: ModuleInstance;
  readonly scope: Scope;
  readonly report: Report;
}

/** What `replace_triggered_by` names: objects, all instances of a block, or arguments of them. */
export function replaceTriggers(
  expression: Expression,
  context: TriggerContext,
): readonly ReplaceTrigger[] {
  const written = readReferences(expression);
  if (written === undefined || expression.node.kind !== "tuple") {
    refuse(expression, context);
    return [];
  }
  return expression.node.elements.flatMap((node, at) => {
    const reference = written[at];
    if (reference !== undefined) return triggersOf(reference, context);
    const address = indexedAddress(node, expression, context);
    if (address !== undefined) return [{ address, path: [] }];
    refuse(new LocatedExpression(expression.file, node), context);
    return [];
  });
}

function triggersOf(reference: Reference, context: TriggerContext): readonly ReplaceTrigger[] {
  const { instance, report } = context;
  const target = findTarget(reference, instance.node);
  if (target === undefined || "faults" in target || target.kind !== "resource") {
    const detail = "replace_triggered_by names blocks of this module, or their arguments.";
    const faults =
      target !== undefined && "faults" in target
        ? target.faults
        : [unknownReference(reference, "Unknown reference", detail)];
    report.add(...faults);
    return [];
  }
  const second = reference.steps[1];
  const key = second?.kind === "index" ? second.key : undefined;
  const path = reference.steps
    .slice(key === undefined ? 1 : 2)
    .map((_, at) => nameAt(reference, at + (key === undefined ? 1 : 2)) ?? "");
  return (instance.resources.get(target.key)?.items ?? [])
    .filter((each) => key === undefined || each.key === key)
    .map(({ item }) => ({ address: item.address, path }));
}

/** `server.orders[each.key]`, which is no plain reference. */
function indexedAddress(
  node: ExpressionNode,
  { file }: Expression,
  { scope, report, instance }: TriggerContext,
): Address | undefined {
  if (node.kind !== "index" || node.collection.kind !== "traversal") return undefined;
  const { value, diagnostics } = evaluate(new LocatedExpression(file, node.key), scope);
  report.add(...diagnostics);
  const { start, end } = node.collection;
  const prefix = instance.address === "" ? "" : `${instance.address}.`;
  const block = prefix + file.text.slice(start, end);
  if (value.kind === "string") return tryParseAddress(block + formatKey(value.content));
  if (value.kind !== "number") return undefined;
  return tryParseAddress(block + formatKey(doubleOfNumber(value.content)));
}

function refuse({ range }: Expression, { report }: TriggerContext): void {
  const detail =
    "replace_triggered_by is a list of blocks or of their arguments, such as [server.orders, vault.main.storage].";
  report.add(problem({ summary: "Invalid list", detail, subject: range }));
}
