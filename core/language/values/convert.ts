import { tryParseNumber } from "./exact-number.ts";
import { withMarks } from "./marks.ts";
import { formatNumber } from "./number-format.ts";
import { commonElement, resolveType } from "./resolve-type.ts";
import { setValue } from "./set.ts";
import { describeTypeMismatch, mayConvert } from "./type-mismatch.ts";
import {
  boolValue,
  listValue,
  type MappingValue,
  mapValue,
  nullValue,
  numberValue,
  objectValue,
  type SequenceValue,
  stringValue,
  tupleValue,
  type UnknownValue,
  unknownValue,
  type Value,
} from "./value.ts";
import {
  type CollectionType,
  DYNAMIC,
  friendlyTypeName,
  hasDynamic,
  isCollection,
  typesEqual,
  type ValueType,
} from "./value-type.ts";

/** Why a value does not convert, as the second half of a sentence: `a number is required`. */
export interface ConversionFault {
  readonly fault: string;
}

export function isConversionFault(result: Value | ConversionFault): result is ConversionFault {
  return "fault" in result;
}

/** The value as the type, keeping its marks. `dynamic` inside the type stands for what the value has. */
export function convertValue(value: Value, type: ValueType): Value | ConversionFault {
  if (type.kind === "dynamic" || typesEqual(value.type, type)) return value;
  const converted = convertUnmarked(value, type);
  if (!isConversionFault(converted)) return withMarks(converted, value.marks);
  if (mayConvert(value.type, type)) return converted;
  return { fault: describeTypeMismatch(value.type, type) };
}

function convertUnmarked(value: Value, type: ValueType): Value | ConversionFault {
  switch (value.kind) {
    case "null":
      return convertNull(value, type);
    case "unknown":
      return convertUnknown(value, type);
    case "sequence":
      return convertSequence(value, type);
    case "mapping":
      return convertMapping(value, type);
    case "string":
    case "number":
    case "bool":
      return convertPrimitive(value, type);
    default:
      return value satisfies never;
  }
}

function convertNull({ type: from }: Value, type: ValueType): Value | ConversionFault {
  return mayConvert(from, type) ? nullValue(resolveType(from, type)) : required(type);
}

type PrimitiveValue = Exclude<
  Value,
  SequenceValue | MappingValue | UnknownValue | { readonly kind: "null" }
>;

function convertPrimitive(value: PrimitiveValue, type: ValueType): Value | ConversionFault {
  if (type.kind === "string") {
    if (value.kind === "number") return stringValue(formatNumber(value.content));
    return stringValue(String(value.content));
  }
  if (value.kind !== "string") return required(type);
  if (type.kind === "number") {
    const content = tryParseNumber(value.content);
    return content === undefined ? required(type) : numberValue(content);
  }
  return type.kind === "bool" ? boolFromText(value.content) : required(type);
}

function boolFromText(text: string): Value | ConversionFault {
  if (text === "true" || text === "1") return boolValue(true);
  if (text === "false" || text === "0") return boolValue(false);
  const lower = text.toLowerCase();
  if (lower !== "true" && lower !== "false") return { fault: "a bool is required" };
  return { fault: `a bool is required; to convert from string, use lowercase "${lower}"` };
}

function required(type: ValueType): ConversionFault {
  const name = friendlyTypeName(type);
  if (type.kind === "bool" || type.kind === "number") return { fault: `a ${name} is required` };
  return { fault: `${name} required` };
}

function convertUnknown(value: UnknownValue, type: ValueType): Value | ConversionFault {
  if (!mayConvert(value.type, type)) return required(type);
  const { notNull, minLength, maxLength } = value.refinements;
  const keepsLength = isCollection(value.type) && type.kind === value.type.kind;
  return unknownValue(resolveType(value.type, type), {
    ...(notNull === true && { notNull }),
    ...(keepsLength && { minLength, maxLength }),
  });
}

function convertSequence(value: SequenceValue, type: ValueType): Value | ConversionFault {
  if (type.kind === "list" || type.kind === "set") {
    const element = elementType(type, value.type);
    if (element === undefined) return { fault: "all elements must have the same type" };
    const content = convertAll(value.content, () => element);
    if ("fault" in content) return content;
    return type.kind === "list" ? listValue(element, content) : setValue(element, content);
  }
  if (type.kind !== "tuple" || value.type.kind !== "tuple") return required(type);
  if (type.elements.length !== value.content.length) {
    return { fault: `a tuple of ${type.elements.length} elements is required` };
  }
  const content = convertAll(value.content, (at) => type.elements[at] ?? DYNAMIC);
  return "fault" in content ? content : tupleValue(content);
}

/** The element type of a collection that is to hold the elements of a value of type `from`. */
function elementType(type: CollectionType, from: ValueType): ValueType | undefined {
  if (!hasDynamic(type.element)) return type.element;
  const common = commonElement(from, type);
  return common === undefined ? undefined : resolveType(common, type.element);
}

function convertAll(
  values: readonly Value[],
  typeAt: (at: number) => ValueType,
): readonly Value[] | ConversionFault {
  const content: Value[] = [];
  for (const [at, value] of values.entries()) {
    const converted = convertValue(value, typeAt(at));
    if (isConversionFault(converted)) return { fault: `element ${at}: ${converted.fault}` };
    content.push(converted);
  }
  return content;
}

function convertMapping(value: MappingValue, type: ValueType): Value | ConversionFault {
  if (type.kind === "object") return convertToObject(value, type.attributes);
  if (type.kind !== "map") return required(type);
  const element = elementType(type, value.type);
  if (element === undefined) return { fault: "all elements must have the same type" };
  const entries = new Map<string, Value>();
  for (const [name, each] of value.content) {
    const converted = convertValue(each, element);
    if (isConversionFault(converted)) {
      const shown = value.marks.size > 0 ? "an element" : `element "${name}"`;
      return { fault: `${shown}: ${converted.fault}` };
    }
    entries.set(name, converted);
  }
  return mapValue(element, entries);
}

function convertToObject(
  value: MappingValue,
  attributes: ReadonlyMap<string, ValueType>,
): Value | ConversionFault {
  const content = new Map<string, Value>();
  for (const [name, type] of attributes) {
    const each = value.content.get(name);
    if (each === undefined) return { fault: `attribute "${name}" is required` };
    const converted = convertValue(each, type);
    if (isConversionFault(converted)) return { fault: `attribute "${name}": ${converted.fault}` };
    content.set(name, converted);
  }
  return objectValue(content);
}
