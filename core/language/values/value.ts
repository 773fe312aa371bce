import type { NumberContent } from "./exact-number.ts";
import {
  BOOL,
  type CollectionType,
  DYNAMIC,
  NUMBER,
  type PrimitiveType,
  STRING,
  tupleType,
  type ValueType,
} from "./value-type.ts";

/**
 * A value of the configuration language. Switch on `kind`:
 * lists, sets and tuples are a `sequence`, maps and objects a `mapping`; `type` tells them apart.
 * A null keeps its type; an unknown keeps its type and what is known about it.
 * Values never change. Build them with the functions of this file only.
 */
export type Value =
  | StringValue
  | NumberValue
  | BoolValue
  | SequenceValue
  | MappingValue
  | NullValue
  | UnknownValue;

/** What a value carries with it wherever it flows, such as `sensitive`. */
export type Marks = ReadonlySet<string>;

interface Marked {
  readonly marks: Marks;
}

export interface StringValue extends Marked {
  readonly kind: "string";
  readonly type: PrimitiveType;
  /** Unicode normal form C. */
  readonly content: string;
  /**
   * What steps walk into: the text is the address of a block, and this gives the block's arguments. In everything else
   * such a value is the plain text.
   */
  readonly members?: (() => Value) | undefined;
}

export interface NumberValue extends Marked {
  readonly kind: "number";
  readonly type: PrimitiveType;
  /** Exact. A JavaScript number only where it is a safe integer or infinite; see `exact-number.ts`. */
  readonly content: NumberContent;
}

export interface BoolValue extends Marked {
  readonly kind: "bool";
  readonly type: PrimitiveType;
  readonly content: boolean;
}

export interface SequenceValue extends Marked {
  readonly kind: "sequence";
  /** A list, a set (elements sorted, no two equal) or a tuple. */
  readonly type: ValueType;
  readonly content: readonly Value[];
}

export interface MappingValue extends Marked {
  readonly kind: "mapping";
  /** A map or an object. */
  readonly type: ValueType;
  /** In the order of names, as HCL iterates. */
  readonly content: ReadonlyMap<string, Value>;
}

export interface NullValue extends Marked {
  readonly kind: "null";
  readonly type: ValueType;
}

export interface UnknownValue extends Marked {
  readonly kind: "unknown";
  readonly type: ValueType;
  readonly refinements: Refinements;
}

/** What is known about an unknown value. Absent means: nothing known. */
export interface Refinements {
  readonly notNull?: boolean | undefined;
  readonly stringPrefix?: string | undefined;
  readonly min?: NumberBound | undefined;
  readonly max?: NumberBound | undefined;
  readonly minLength?: number | undefined;
  readonly maxLength?: number | undefined;
}

export interface NumberBound {
  readonly value: NumberContent;
  readonly inclusive: boolean;
}

/** The mark of a value that no output, message or plan may show. */
export const SENSITIVE = "sensitive";

export const NO_MARKS: Marks = new Set<string>();

export function stringValue(content: string): StringValue {
  return { kind: "string", type: STRING, content: content.normalize("NFC"), marks: NO_MARKS };
}

/** The address of a block, behind which its arguments can be read. `members` is asked at most once. */
export function addressValue(content: string, members: () => Value): StringValue {
  let known: Value | undefined;
  const remember = (): Value => {
    known ??= members();
    return known;
  };
  return { ...stringValue(content), members: remember };
}

/** `content` must be a safe integer, infinite, or an exact number; use `parseNumber` for text. */
export function numberValue(content: NumberContent): NumberValue {
  return { kind: "number", type: NUMBER, content, marks: NO_MARKS };
}

export function boolValue(content: boolean): BoolValue {
  return { kind: "bool", type: BOOL, content, marks: NO_MARKS };
}

export function nullValue(type: ValueType): NullValue {
  return { kind: "null", type, marks: NO_MARKS };
}

/** Use `refinedUnknown` of `unknown.ts` where refinements may pin the value down. */
export function unknownValue(type: ValueType, refinements: Refinements = {}): UnknownValue {
  return { kind: "unknown", type, refinements, marks: NO_MARKS };
}

/** What stands in for a result that an error prevented. */
export const DYNAMIC_UNKNOWN: UnknownValue = unknownValue(DYNAMIC);

export function tupleValue(content: readonly Value[]): SequenceValue {
  const type = tupleType(content.map((element) => element.type));
  return { kind: "sequence", type, content, marks: NO_MARKS };
}

/** Every element must already have the element type (`convertValue` makes it so). */
export function listValue(element: ValueType, content: readonly Value[]): SequenceValue {
  const type: CollectionType = { kind: "list", element };
  return { kind: "sequence", type, content, marks: NO_MARKS };
}

export function objectValue(attributes: ReadonlyMap<string, Value>): MappingValue {
  const content = sortedByName(attributes);
  const types = new Map<string, ValueType>();
  for (const [name, value] of content) types.set(name, value.type);
  return { kind: "mapping", type: { kind: "object", attributes: types }, content, marks: NO_MARKS };
}

/** Every element must already have the element type (`convertValue` makes it so). */
export function mapValue(element: ValueType, entries: ReadonlyMap<string, Value>): MappingValue {
  const type: CollectionType = { kind: "map", element };
  return { kind: "mapping", type, content: sortedByName(entries), marks: NO_MARKS };
}

function sortedByName(entries: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> {
  let previous = "";
  for (const name of entries.keys()) {
    if (compareNames(name, previous) < 0) {
      return new Map([...entries].sort(([left], [right]) => compareNames(left, right)));
    }
    previous = name;
  }
  return entries;
}

/** Orders by code point, which is the order of UTF-8 bytes, as Go sorts strings. */
export function compareNames(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at += 1) {
    const a = left.charCodeAt(at);
    const b = right.charCodeAt(at);
    if (a !== b) return rankOfUnit(a) - rankOfUnit(b);
  }
  return left.length - right.length;
}

function rankOfUnit(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}
