import { attributesOf } from "../../../schemas/blocks/resources.ts";
import type { Address } from "../../address/address.ts";
import type { JsonObject } from "../../kit/json.ts";
import type { RetentionRule } from "../../policy/retention/retention-rule.ts";
import { retentionRuleOf } from "../retention-rule.ts";

/** Attributes by address: what is recorded before a plan, or after it. */
export type PointSide = ReadonlyMap<
  Address,
  { readonly type: string; readonly attributes: JsonObject }
>;

/** The rule by which a side keeps the points of a backup set; undefined: they are orphans there. */
export function ruleOn(side: PointSide, backupSet: Address): RetentionRule | undefined {
  const read = retentionRuleOf(backupSet, (address, type) => {
    const object = side.get(address as Address);
    return object && attributesOf(object, type);
  });
  return read?.rule;
}

export function isSameRule(a: RetentionRule | undefined, b: RetentionRule | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return (Object.keys(a) as (keyof RetentionRule)[]).every((key) => a[key] === b[key]);
}
