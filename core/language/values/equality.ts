import type { NumberContent } from "./exact-number.ts";
import { compareNumbers } from "./number-arithmetic.ts";
import { keyOfValue } from "./set.ts";
import { isWhollyKnown, refinementsOf } from "./unknown.ts";
import type {
  MappingValue,
  NumberBound,
  Refinements,
  SequenceValue,
  UnknownValue,
  Value,
} from "./value.ts";
import { hasDynamic, isCollection, typesEqual, type ValueType } from "./value-type.ts";

/**
 * Whether two values are equal, as `==` means it: values of different types never are, and a null
 * equals a null. Undefined where an unknown part decides.
 */
export function valuesEqual(left: Value, right: Value): boolean | undefined {
  if (left.kind === "null" && right.kind === "null") return true;
  if (left.kind === "unknown") return equalsUnknown(left, right);
  if (right.kind === "unknown") return equalsUnknown(right, left);
  if (left.kind === "null" || right.kind === "null") return false;
  if (!isTypeKnown(left) || !isTypeKnown(right)) {
    const mayBecome = conforms(left.type, right.type) || conforms(right.type, left.type);
    return mayBecome ? undefined : false;
  }
  return typesEqual(left.type, right.type) && contentsEqual(left, right);
}

/** Two unknown values may both turn out null, and nulls of all types are equal. */
function equalsUnknown(unknown: UnknownValue, other: Value): boolean | undefined {
  const { refinements, type } = unknown;
  if (other.kind === "unknown") return undefined;
  if (other.kind === "null") return refinements.notNull === true ? false : undefined;
  if (!hasDynamic(type) && !typesEqual(type, other.type)) return false;
  return isRuledOut(refinements, other) ? false : undefined;
}

/** True where what is known about an unknown value cannot be true of the other. */
function isRuledOut(refinements: Refinements, other: Value): boolean {
  if (other.kind === "string") return !other.content.startsWith(refinements.stringPrefix ?? "");
  if (other.kind === "number") return isBeyond(other.content, refinements);
  return isOfOtherLength(other, refinements);
}

function isBeyond(content: NumberContent, { min, max }: Refinements): boolean {
  const isBelow = min !== undefined && isOutside(content, min, -1);
  return isBelow || (max !== undefined && isOutside(content, max, 1));
}

/** A set with unknown elements may turn out shorter than it is now. */
function isOfOtherLength(other: Value, { minLength, maxLength }: Refinements): boolean {
  const known = refinementsOf(other);
  const mayShrink = other.type.kind === "set" && !isWhollyKnown(other);
  const least = mayShrink ? 0 : (known.minLength ?? 0);
  return (known.maxLength ?? Infinity) < (minLength ?? 0) || least > (maxLength ?? Infinity);
}

function isOutside(content: NumberContent, bound: NumberBound, direction: 1 | -1): boolean {
  const order = compareNumbers(content, bound.value) * direction;
  return order > 0 || (order === 0 && !bound.inclusive);
}

/** False where something inside the value is unknown even in its type. */
function isTypeKnown(value: Value): boolean {
  if (value.kind === "sequence") return value.content.every(isTypeKnown);
  if (value.kind === "mapping") return value.content.values().every(isTypeKnown);
  return value.kind !== "unknown" || !hasDynamic(value.type);
}

/** Whether a type is one that the other may still become. */
function conforms(type: ValueType, open: ValueType): boolean {
  if (open.kind === "dynamic") return true;
  if (isCollection(open))
    return isCollection(type) && type.kind === open.kind && conforms(type.element, open.element);
  if (open.kind === "tuple") {
    return (
      type.kind === "tuple" &&
      type.elements.length === open.elements.length &&
      type.elements.every((each, at) => conforms(each, open.elements[at] ?? each))
    );
  }
  if (open.kind !== "object" || type.kind !== "object") return type.kind === open.kind;
  if (type.attributes.size !== open.attributes.size) return false;
  return type.attributes.entries().every(([name, each]) => {
    const other = open.attributes.get(name);
    return other !== undefined && conforms(each, other);
  });
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
