import type { Address } from "../../address/address.ts";
import type { Reference } from "../../language/expression.ts";
import { findTarget } from "../graph/targets.ts";
import type { AddressedBlock } from "../read/addressed-block.ts";
import { referencesOfBlock } from "../read/block-references.ts";
import type { ModuleInstance } from "./module-instance.ts";

/**
 * The objects that a block needs beside those that its arguments name: what `depends_on` says, and whose arguments its
 * expressions read, where that is one object. A value that was read from one of many is known already.
 */
export function dependenciesOf(
  block: AddressedBlock,
  instance: ModuleInstance,
): readonly Address[] {
  const { read } = referencesOfBlock(block);
  return [
    ...block.meta.dependsOn.flatMap((each) => allObjects(each, instance)),
    ...read.flatMap((each) => oneObject(each, instance)),
  ];
}

/** All instances of a block, everything in a module. */
function allObjects(reference: Reference, instance: ModuleInstance): readonly Address[] {
  const target = findTarget(reference, instance.node);
  if (target === undefined || "faults" in target) return [];
  if (target.kind === "resource") {
    return (instance.resources.get(target.key)?.items ?? []).map(({ item }) => item.address);
  }
  if (target.kind !== "module") return [];
  return (instance.calls.get(target.key)?.items ?? []).flatMap(({ item }) => allWithin(item));
}

function oneObject(reference: Reference, instance: ModuleInstance): readonly Address[] {
  const target = findTarget(reference, instance.node);
  if (target === undefined || "faults" in target || target.kind !== "resource") return [];
  const { shape, items } = instance.resources.get(target.key) ?? { shape: "unknown", items: [] };
  const step = reference.steps[1];
  const key = step?.kind === "index" ? step.key : undefined;
  if (shape !== "single" && key === undefined) return [];
  return items.filter((each) => each.key === key).map(({ item }) => item.address);
}

function allWithin({ resources, calls }: ModuleInstance): readonly Address[] {
  const own = [...resources.values()].flatMap(({ items }) => items.map(({ item }) => item.address));
  const below = [...calls.values()].flatMap(({ items }) =>
    items.flatMap(({ item }) => allWithin(item)),
  );
  return [...own, ...below];
}
