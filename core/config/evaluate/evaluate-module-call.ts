import { didYouMean, suggestName } from "../../language/suggestion.ts";
import { foreignArgument } from "../read/foreign-names.ts";
import type { ModuleCall } from "../read/module-call.ts";
import type { ModuleNode } from "../read/module-tree.ts";
import { problem, type Report } from "../report.ts";
import type { Evaluation } from "./evaluation.ts";
import { scopeOf } from "./instance-scope.ts";
import { createModuleInstance, type ModuleInstance } from "./module-instance.ts";
import { evaluateRepetition, unknownRepetition } from "./repetition.ts";

/** Makes the instances of a module; what stands in them is evaluated later. */
export function evaluateModuleCall(
  call: ModuleCall,
  instance: ModuleInstance,
  { facts, report, modules }: Evaluation,
): void {
  const { shape, items } = evaluateRepetition(call.meta, scopeOf(instance, facts), report);
  const node = instance.node.children.get(call.name);
  if (node === undefined) return;
  checkInputs(call, node, report);
  const made = items.map((repetition) => ({
    key: repetition.key,
    item: createModuleInstance({
      node,
      caller: { instance, repetition },
      key: repetition.key,
      isGhost: instance.isGhost,
    }),
  }));
  instance.calls.set(call.name, { shape, items: made });
  const known = modules.get(node.id) ?? [];
  modules.set(node.id, known);
  known.push(...made.map(({ item }) => item));
  if (made.length > 0) return;
  const caller = { instance, repetition: unknownRepetition(call.meta) };
  known.push(createModuleInstance({ node, caller, isGhost: true }));
}

function checkInputs(call: ModuleCall, { folder }: ModuleNode, report: Report): void {
  const { variables } = folder;
  const meant = new Set<string | undefined>();
  for (const [name, { nameRange, range }] of call.inputs) {
    if (variables.has(name)) continue;
    meant.add(suggestName(name, variables.keys()));
    const foreign = foreignArgument(name);
    const hint =
      foreign === undefined ? didYouMean(name, variables.keys()) : ` ${foreign.sentence}`;
    const detail = `The module has no variable named "${name}".${hint}`;
    report.add(
      problem(
        { summary: "Unknown argument", detail, subject: nameRange, context: range },
        "CONFIG_UNKNOWN_ARGUMENT",
      ),
    );
  }
  for (const [name, variable] of variables) {
    if (variable.default !== undefined || call.inputs.has(name) || meant.has(name)) continue;
    const detail = `The argument "${name}" is required, because the module's variable of that name has no default.`;
    report.add(
      problem(
        { summary: "Missing required argument", detail, subject: call.range },
        "CONFIG_MISSING_ARGUMENT",
      ),
    );
  }
}
