import type { Expression, Reference } from "../../language/expression.ts";
import { references } from "../../language/references.ts";
import { type AddressedBlock, expressionsOfBlock } from "./addressed-block.ts";

/** What a block refers to, found once for the graph and for all its instances. */
export interface BlockReferences {
  /** Every reference, in the order of the source. */
  readonly all: readonly Reference[];
  /** Those whose value goes into an argument: not the ones that name a block or say how often this one stands there. */
  readonly read: readonly Reference[];
  /** Arguments that may name a block in quotation marks. */
  readonly texts: readonly Expression[];
}

const found = new WeakMap<AddressedBlock, BlockReferences>();

export function referencesOfBlock(block: AddressedBlock): BlockReferences {
  const known = found.get(block);
  if (known !== undefined) return known;
  const made = findReferences(block);
  found.set(block, made);
  return made;
}

function findReferences(block: AddressedBlock): BlockReferences {
  const { forEach, count } = block.meta;
  const repetition = [forEach?.expression, count?.expression];
  const all: Reference[] = [];
  const read: Reference[] = [];
  const texts: Expression[] = [];
  for (const { expression, iterators, isReference } of expressionsOfBlock(block)) {
    if (isReference) texts.push(expression);
    const isRead = !isReference && !repetition.includes(expression);
    for (const reference of references(expression)) {
      if (iterators.includes(reference.root)) continue;
      all.push(reference);
      if (isRead) read.push(reference);
    }
  }
  return { all, read, texts };
}
