import { compareNumbers } from "./number-arithmetic.ts";
import { keyOfValue } from "./set.ts";
import { isWhollyKnown } from "./unknown.ts";
import type { MappingValue, Refinements, SequenceValue, UnknownValue, Value } from "./value.ts";
import { hasDynamic, typesEqual } from "./value-type.ts";

/**
 * Whether two values are equal, as `==` means it: values of different types never are, and a null
 * equals a null. Undefined where an unknown part decides.
 */
export function valuesEqual(left: Value, right: Value): boolean | undefined {
  if (left.kind === "null" && right.kind === "null") return true;
  if (left.kind === "unknown") return equalsUnknown(left, right);
  if (right.kind === "unknown") return equalsUnknown(right, left);
  if (left.kind === "null" || right.kind === "null") return false;
  const isCertain = !hasDynamic(left.type) && !hasDynamic(right.type);
  if (isCertain && !typesEqual(left.type, right.type)) return false;
  return contentsEqual(left, right);
}

function equalsUnknown(unknown: UnknownValue, other: Value): boolean | undefined {
  if (other.kind === "null") return unknown.refinements.notNull === true ? false : undefined;
  const isCertain = !hasDynamic(unknown.type) && !hasDynamic(other.type);
  if (isCertain && !typesEqual(unknown.type, other.type)) return false;
  return isRuledOut(unknown.refinements, other) ? false : undefined;
}

/** True where what is known about an unknown value cannot be true of the other. */
function isRuledOut({ stringPrefix, min, max }: Refinements, other: Value): boolean {
  if (other.kind === "string") return !other.content.startsWith(stringPrefix ?? "");
  if (other.kind !== "number") return false;
  const isBelow = min !== undefined && compareNumbers(other.content, min.value) < 0;
  return isBelow || (max !== undefined && compareNumbers(other.content, max.value) > 0);
}

function contentsEqual(left: Value, right: Value): boolean | undefined {
  if (left.kind === "number" && right.kind === "number") {
    return compareNumbers(left.content, right.content) === 0;
  }
  if (left.kind === "sequence" && right.kind === "sequence") return sequencesEqual(left, right);
  if (left.kind === "mapping" && right.kind === "mapping") return mappingsEqual(left, right);
  if ("content" in left && "content" in right) return left.content === right.content;
  return false;
}

function sequencesEqual(left: SequenceValue, right: SequenceValue): boolean | undefined {
  if (left.type.kind === "set" && !(isWhollyKnown(left) && isWhollyKnown(right))) return undefined;
  if (left.content.length !== right.content.length) return false;
  if (left.type.kind === "set") return keyOfValue(left) === keyOfValue(right);
  return allEqual(left.content.map((element, at) => [element, right.content[at]] as const));
}

function mappingsEqual(left: MappingValue, right: MappingValue): boolean | undefined {
  if (left.content.size !== right.content.size) return false;
  return allEqual(
    Array.from(left.content, ([name, element]) => [element, right.content.get(name)] as const),
  );
}

function allEqual(pairs: readonly (readonly [Value, Value | undefined])[]): boolean | undefined {
  let result: boolean | undefined = true;
  for (const [left, right] of pairs) {
    const equal = right === undefined ? false : valuesEqual(left, right);
    if (equal === false) return false;
    if (equal === undefined) result = undefined;
  }
  return result;
}
