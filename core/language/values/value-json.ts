import type { NumberContent } from "./exact-number.ts";
import { formatNumber } from "./number-format.ts";
import type { Refinements, Value } from "./value.ts";

export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

/**
 * The value as `console -json` shows it: sets are arrays; what JSON cannot hold is
 * `{"$unknown":{…}}`, `{"$number":"…"}` or `{"$marked":{"value":…,"mark":…}}`.
 */
export function encodeValue(value: Value): JsonValue {
  const plain = encodeContent(value);
  if (value.marks.size === 0) return plain;
  const marks = [...value.marks].sort();
  return { $marked: { value: plain, mark: marks.length === 1 ? (marks[0] ?? "") : marks } };
}

function encodeContent(value: Value): JsonValue {
  switch (value.kind) {
    case "string":
    case "bool":
      return value.content;
    case "number":
      return encodeNumber(value.content);
    case "null":
      return null;
    case "unknown":
      return { $unknown: encodeRefinements(value.refinements) };
    case "sequence":
      return value.content.map(encodeValue);
    case "mapping": {
      const entries = Array.from(
        value.content,
        ([name, each]) => [name, encodeValue(each)] as const,
      );
      return Object.fromEntries(entries);
    }
    default:
      return value satisfies never;
  }
}

/** A JSON number where its shortest text is that of the same number, an exact text otherwise. */
function encodeNumber(content: NumberContent): JsonValue {
  if (typeof content === "number") {
    return Number.isFinite(content) ? content : { $number: formatNumber(content) };
  }
  const text = formatNumber(content);
  const double = Number(text);
  return text === plainDecimal(double) ? double : { $number: text };
}

/** The shortest decimal text of a double, without an exponent; undefined where it is infinite. */
function plainDecimal(double: number): string | undefined {
  if (!Number.isFinite(double)) return undefined;
  const [, sign = "", whole = "", fraction = "", power = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(double)) ?? [];
  const digits = whole + fraction;
  const point = whole.length + Number(power);
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  if (point >= digits.length) return sign + digits.padEnd(point, "0");
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

function encodeRefinements(refinements: Refinements): JsonValue {
  const { notNull, stringPrefix, min, max, minLength, maxLength } = refinements;
  return {
    ...(notNull === true && { notNull }),
    ...(stringPrefix !== undefined && { stringPrefix }),
    ...(min !== undefined && { min: [encodeNumber(min.value), min.inclusive] }),
    ...(max !== undefined && { max: [encodeNumber(max.value), max.inclusive] }),
    ...(minLength !== undefined && minLength > 0 && { minLength }),
    ...(maxLength !== undefined && { maxLength }),
  };
}
