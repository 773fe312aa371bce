import { joinMarks, marksWithin, withoutMarksWithin } from "./marks.ts";
import { compareNumbers } from "./number-arithmetic.ts";
import { formatNumber } from "./number-format.ts";
import { isWhollyKnown } from "./unknown.ts";
import { compareNames, type SequenceValue, type Value } from "./value.ts";
import { setType, type ValueType } from "./value-type.ts";

/** A set of these elements, sorted and without doubles. Marks of the elements move to the set. */
export function setValue(element: ValueType, values: readonly Value[]): SequenceValue {
  const unique = new Map<string, Value>();
  for (const [at, value] of values.entries()) {
    const plain = withoutMarksWithin(value);
    unique.set(isWhollyKnown(plain) ? keyOfValue(plain) : `unknown ${at}`, plain);
  }
  const content = [...unique].sort(compareEntries).map(([, value]) => value);
  const marks = joinMarks(...values.map(marksWithin));
  return { kind: "sequence", type: setType(element), content, marks };
}

function compareEntries(
  [leftKey, left]: readonly [string, Value],
  [rightKey, right]: readonly [string, Value],
): number {
  if (left.kind === "number" && right.kind === "number") {
    return compareNumbers(left.content, right.content);
  }
  if (left.kind === "string" && right.kind === "string") {
    return compareNames(left.content, right.content);
  }
  return compareNames(leftKey, rightKey);
}

/** A text that two wholly known values of one type share exactly when they are equal. */
export function keyOfValue(value: Value): string {
  switch (value.kind) {
    case "string":
      return JSON.stringify(value.content);
    case "number":
      return formatNumber(value.content);
    case "bool":
      return String(value.content);
    case "null":
      return "null";
    case "unknown":
      return "unknown";
    case "sequence":
      return `[${value.content.map(keyOfValue).join()}]`;
    case "mapping":
      return `{${Array.from(value.content, ([name, element]) => `${JSON.stringify(name)}:${keyOfValue(element)}`).join()}}`;
    default:
      return value satisfies never;
  }
}
