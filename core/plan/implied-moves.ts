import type { Address } from "../address/address.ts";
import { type AddressPattern, formatPattern, patternOf } from "./address-pattern.ts";

/**
 * What nobody has to write a `moved` block for: when `count` comes to a block or goes from it, the object without key
 * and the one with key 0 are the same. Only where the one is recorded and the other is wanted, and no third is meant.
 */
export function impliedRenames(
  recorded: readonly Address[],
  desired: ReadonlySet<Address>,
): ReadonlyMap<Address, Address> {
  const present = new Set(recorded);
  const leaving = groupByMeaning(recorded.filter((address) => !desired.has(address)));
  if (leaving.size === 0) return new Map();
  const coming = groupByMeaning([...desired].filter((address) => !present.has(address)));
  const pairs = [...leaving].flatMap(([meaning, [from, ...rivals]]) => {
    const [to, ...others] = coming.get(meaning) ?? [];
    const isClear = rivals.length + others.length === 0;
    return isClear && from !== undefined && to !== undefined ? [[from, to] as const] : [];
  });
  return new Map(pairs);
}

function groupByMeaning(addresses: readonly Address[]): ReadonlyMap<string, readonly Address[]> {
  return Map.groupBy(addresses, (address) => meaningOf(patternOf(address)));
}

function meaningOf(pattern: AddressPattern): string {
  const steps = pattern.steps.map(({ name, key }) => ({ name, key: withoutZero(key) }));
  return formatPattern({ ...pattern, steps, key: withoutZero(pattern.key) });
}

function withoutZero<K>(key: K): K | undefined {
  return key === 0 ? undefined : key;
}
