import { compareNumbers } from "./number-arithmetic.ts";
import {
  listValue,
  mapValue,
  numberValue,
  type Refinements,
  unknownValue,
  type Value,
} from "./value.ts";
import { isCollection, type ValueType } from "./value-type.ts";

/** Lists longer than this stay unknown even where their length is certain. */
const LARGEST_SPELT_LIST = 1000;

/** An unknown value; or the value itself, where the refinements leave only one. */
export function refinedUnknown(type: ValueType, refinements: Refinements): Value {
  if (refinements.notNull === true)
    return onlyValue(type, refinements) ?? unknownValue(type, refinements);
  return unknownValue(type, refinements);
}

function onlyValue(type: ValueType, refinements: Refinements): Value | undefined {
  return type.kind === "number" ? onlyNumber(refinements) : onlyCollection(type, refinements);
}

function onlyNumber({ min, max }: Refinements): Value | undefined {
  if (min === undefined || max === undefined) return undefined;
  const isOne = min.inclusive && max.inclusive && compareNumbers(min.value, max.value) === 0;
  return isOne ? numberValue(min.value) : undefined;
}

function onlyCollection(type: ValueType, { minLength, maxLength }: Refinements): Value | undefined {
  if (!isCollection(type) || maxLength === undefined || maxLength > LARGEST_SPELT_LIST) {
    return undefined;
  }
  if (type.kind === "map") return maxLength === 0 ? mapValue(type.element, new Map()) : undefined;
  if (type.kind === "set")
    return maxLength === 0 ? { ...listValue(type.element, []), type } : undefined;
  if (minLength !== maxLength) return undefined;
  const element = unknownValue(type.element);
  return listValue(
    type.element,
    Array.from({ length: maxLength }, () => element),
  );
}

/** What is known about a value, known or not. */
export function refinementsOf(value: Value): Refinements {
  switch (value.kind) {
    case "unknown":
      return value.refinements;
    case "null":
      return {};
    case "string":
      return { notNull: true, stringPrefix: value.content };
    case "number": {
      const bound = { value: value.content, inclusive: true };
      return { notNull: true, min: bound, max: bound };
    }
    case "bool":
      return { notNull: true };
    case "sequence":
      return { notNull: true, minLength: value.content.length, maxLength: value.content.length };
    case "mapping":
      return { notNull: true, minLength: value.content.size, maxLength: value.content.size };
    default:
      return value satisfies never;
  }
}

/** True where neither the value nor anything inside it is unknown. */
export function isWhollyKnown(value: Value): boolean {
  if (value.kind === "sequence") return value.content.every(isWhollyKnown);
  if (value.kind === "mapping") return value.content.values().every(isWhollyKnown);
  return value.kind !== "unknown";
}
