import type { Address } from "../../address/address.ts";
import type { Reference } from "../../language/expression.ts";
import { references } from "../../language/references.ts";
import { findTarget } from "../graph/targets.ts";
import { type AddressedBlock, expressionsOfBlock } from "../read/addressed-block.ts";
import type { ModuleInstance } from "./module-instance.ts";

/**
 * The objects that a block needs beside those that its arguments name: what `depends_on` says, and whose arguments its
 * expressions read.
 */
export function dependenciesOf(
  block: AddressedBlock,
  instance: ModuleInstance,
): readonly Address[] {
  const read = [...expressionsOfBlock(block)].flatMap(({ expression, iterators, isReference }) =>
    isReference ? [] : references(expression).filter(({ root }) => !iterators.includes(root)),
  );
  return [...block.meta.dependsOn, ...read].flatMap((each) => objectsOf(each, instance));
}

/** The objects that a reference may mean: all instances of a block, everything in a module. */
function objectsOf(reference: Reference, instance: ModuleInstance): readonly Address[] {
  const target = findTarget(reference, instance.node);
  if (target === undefined || "faults" in target) return [];
  if (target.kind === "resource") {
    return (instance.resources.get(target.key)?.items ?? []).map(({ item }) => item.address);
  }
  if (target.kind !== "module") return [];
  return (instance.calls.get(target.key)?.items ?? []).flatMap(({ item }) => allWithin(item));
}

function allWithin({ resources, calls }: ModuleInstance): readonly Address[] {
  const own = [...resources.values()].flatMap(({ items }) => items.map(({ item }) => item.address));
  const below = [...calls.values()].flatMap(({ items }) =>
    items.flatMap(({ item }) => allWithin(item)),
  );
  return [...own, ...below];
}
