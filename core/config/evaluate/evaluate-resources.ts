import type { Address } from "../../address/address.ts";
import type { Scope } from "../../language/scope.ts";
import { addressValue } from "../../language/values/value.ts";
import type { AddressedBlock } from "../read/addressed-block.ts";
import { dependenciesOf } from "./dependencies.ts";
import { evaluateResource, instanceAddress } from "./evaluate-resource.ts";
import { replaceTriggers } from "./evaluate-triggers.ts";
import type { EvaluatedResource } from "./evaluated-resource.ts";
import type { Evaluation } from "./evaluation.ts";
import { scopeOf } from "./instance-scope.ts";
import { objectOfMembers } from "./members.ts";
import type { ModuleInstance } from "./module-instance.ts";
import { evaluateRepetition, type Repetition, unknownRepetition } from "./repetition.ts";
import { runPostconditions, runPreconditions } from "./run-conditions.ts";
import { widenScope } from "./widen-scope.ts";

/** All instances of a block. Where it has none, it is looked at once all the same, so that its mistakes are seen. */
export function evaluateResources(
  block: AddressedBlock,
  instance: ModuleInstance,
  evaluation: Evaluation,
): void {
  const { facts, report, resources } = evaluation;
  const scope = scopeOf(instance, facts);
  const { shape, items } = evaluateRepetition(block.meta, scope, report);
  const found = items.map((repetition) => ({
    key: repetition.key,
    item: evaluateOne({ block, instance, repetition, scope }, evaluation),
  }));
  instance.resources.set(`${block.type}.${block.name}`, { shape, items: found });
  if (found.length === 0) {
    const repetition = unknownRepetition(block.meta);
    evaluateOne({ block, instance, repetition, scope }, evaluation);
  }
  if (instance.isGhost) return;
  for (const { item } of found) resources.set(item.address, item);
}

interface One {
  readonly block: AddressedBlock;
  readonly instance: ModuleInstance;
  readonly repetition: Repetition;
  readonly scope: Scope;
}

function evaluateOne(one: One, evaluation: Evaluation): EvaluatedResource {
  const { block, instance, repetition } = one;
  const { report, resources, checkers } = evaluation;
  const scope = widenScope(one.scope, repetition.variables);
  const context = { scope, report, checkers };
  runPreconditions(block.lifecycle, context);
  const resource = evaluateResource(
    {
      block,
      address: instanceAddress(instance.address, block, repetition.key),
      dependsOn: dependenciesOf(block, instance),
      find: (address: Address) => resources.get(address),
    },
    context,
  );
  const { triggers, facts } = block.lifecycle;
  const self = () => addressValue(resource.address, () => objectOfMembers(resource.members));
  runPostconditions(block.lifecycle, self, context);
  if (triggers === undefined) return resource;
  const replaceTriggeredBy = replaceTriggers(triggers, { instance, scope, report });
  return { ...resource, lifecycle: { ...facts, replaceTriggeredBy } };
}
