import type { ArgumentSchema, ArgumentType } from "../../../schemas/blocks/block-schema.ts";
import { tryParseAddress, typeOfAddress } from "../../address/address.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Json } from "../../kit/json.ts";
import type { Attribute } from "../../language/body.ts";
import { didYouMean, suggestName } from "../../language/suggestion.ts";
import { convertValue, isConversionFault } from "../../language/values/convert.ts";
import { nullValue, unknownValue, type Value } from "../../language/values/value.ts";
import {
  BOOL,
  listType,
  mapType,
  NUMBER,
  STRING,
  type ValueType,
} from "../../language/values/value-type.ts";
import { problem } from "../report.ts";
import { checkPattern, checkText, type TextCheckers } from "./text-checks.ts";
import { isEphemeral, isSensitive, toJsonValue } from "./value-json.ts";

/** What the value of an argument comes to. */
export interface ArgumentOutcome {
  /** Undefined where it is at fault or not known. Null means: not set. */
  readonly json?: Json | undefined;
  /** Of the argument's type; unknown where it is at fault. */
  readonly value: Value;
  readonly diagnostics: readonly Diagnostic[];
}

export interface ArgumentPlace {
  readonly schema: ArgumentSchema;
  readonly attribute: Attribute;
  readonly checkers: TextCheckers;
}

const VALUE_TYPES: Partial<Record<ArgumentType, ValueType>> = {
  number: NUMBER,
  bool: BOOL,
  string_set: listType(STRING),
  patterns: listType(STRING),
  number_map: mapType(NUMBER),
  string_map: mapType(STRING),
};

/** The type of the values that an argument holds. */
export function typeOfArgument({ type }: ArgumentSchema): ValueType {
  return VALUE_TYPES[type] ?? STRING;
}

/** Converts and checks the value of an argument. Whether a reference leads anywhere is asked when all blocks are known. */
export function readArgument(value: Value, place: ArgumentPlace): ArgumentOutcome {
  const type = typeOfArgument(place.schema);
  const unknown = unknownValue(type);
  if (value.kind === "null") return { json: null, value: nullValue(type), diagnostics: [] };
  if (isEphemeral(value)) return { value: unknown, diagnostics: [ephemeral(place)] };
  const converted = convertValue(value, type);
  if (isConversionFault(converted)) {
    const detail = instancesFault(value, place) ?? typeFault(value, converted.fault, place);
    return { value: unknown, diagnostics: [wrongType(place, detail)] };
  }
  const json = toJsonValue(converted);
  if (json === undefined) return { value: converted, diagnostics: [] };
  const show = isSensitive(value) ? () => "The value" : showShort;
  const diagnostics = faultsOf(json, place).map(({ about, sentences }) =>
    invalid(
      place,
      `${show(about)} does not fit the argument "${place.attribute.name}". ${sentences}`,
    ),
  );
  return diagnostics.length > 0
    ? { value: unknown, diagnostics }
    : { json, value: converted, diagnostics };
}

function typeFault(value: Value, fault: string, { schema, attribute }: ArgumentPlace): string {
  const json = isSensitive(value) ? undefined : toJsonValue(value);
  const shown = json === undefined || typeof json === "object" ? "The value" : showShort(json);
  const hint = typeof json === "string" ? hintOfText(json, schema) : "";
  return `${shown} does not fit the argument "${attribute.name}": ${fault}.${hint}`;
}

/** A sentence does not hold more: the source or the values of the diagnostic show it. */
function showShort(json: Json): string {
  const text = JSON.stringify(json);
  return text.length <= 80 ? text : "The value";
}

/** What people write as a text that is none. */
function hintOfText(text: string, { type }: ArgumentSchema): string {
  if (type === "string_set" || type === "patterns") {
    return ` Write a list, also for one element: [${JSON.stringify(text)}].`;
  }
  const digits = /^\s*(\d+)\s*[A-Za-z]+\s*$/.exec(text)?.[1];
  return type === "number" && digits !== undefined ? ` Write it without a unit: ${digits}.` : "";
}

/** A block with `for_each` or `count` is many objects, and an argument refers to one. */
function instancesFault(value: Value, { schema, attribute }: ArgumentPlace): string | undefined {
  const isMany = value.kind === "mapping" || value.kind === "sequence";
  if (schema.type !== "reference" || !isMany) return undefined;
  const { text } = attribute.expression.file;
  const { start, end } = attribute.expression.node;
  const written = text.slice(start, end);
  const key = value.kind === "mapping" ? "each.key" : "count.index";
  return `The argument "${attribute.name}" takes a reference to one ${schema.target} block, and ${written} stands there several times. Name one of them, such as ${written}[${key}].`;
}

/** Sentences about a value or an element of it. */
interface ValueFault {
  readonly about: Json;
  readonly sentences: string;
}

function faultsOf(json: Json, place: ArgumentPlace): readonly ValueFault[] {
  const { schema } = place;
  if (typeof json === "number") return numberFaults(json, schema);
  if (typeof json === "string") {
    return schema.type === "reference" ? [] : textFaults(json, place);
  }
  if (schema.type === "string_set" || schema.type === "patterns") {
    return (json as readonly Json[]).flatMap((element) => elementFaults(element, schema));
  }
  return [];
}

function numberFaults(value: number, schema: ArgumentSchema): readonly ValueFault[] {
  const { integer, minimum = -Infinity, maximum = Infinity } = schema;
  const about = (sentences: string) => [{ about: value, sentences }];
  if (integer === true && !Number.isSafeInteger(value)) return about("It must be a whole number.");
  if (value < minimum) return about(`It must be at least ${minimum}.`);
  return value > maximum ? about(`It must be at most ${maximum}.`) : [];
}

function textFaults(text: string, { schema, checkers }: ArgumentPlace): readonly ValueFault[] {
  const sentences = choiceFault(text, schema) ?? checkText(schema, text, checkers);
  return sentences === undefined ? [] : [{ about: text, sentences }];
}

function choiceFault(text: string, { values }: ArgumentSchema): string | undefined {
  if (values === undefined || values.includes(text)) return undefined;
  const list = values.map((value) => JSON.stringify(value)).join(", ");
  return `It must be one of ${list}.${didYouMean(text, values)}`;
}

function elementFaults(element: Json, schema: ArgumentSchema): readonly ValueFault[] {
  if (typeof element !== "string") return [{ about: element, sentences: "It must be a string." }];
  const sentences =
    schema.type === "patterns" ? checkPattern(element) : choiceFault(element, schema);
  return sentences === undefined ? [] : [{ about: element, sentences }];
}

/** What is wrong with a reference, once it is known which addresses blocks have. */
export function checkReference(
  text: string,
  place: Pick<ArgumentPlace, "schema" | "attribute">,
  declared: ReadonlySet<string>,
): Diagnostic | undefined {
  const { name } = place.attribute;
  const target = place.schema.target ?? "block";
  const address = tryParseAddress(text);
  const what = `The argument "${name}" takes a reference to a ${target} block, and`;
  if (address === undefined || !declared.has(address)) {
    const form = likelyAddress(text, target, declared) ?? `${target}.NAME`;
    const isJson = place.attribute.expression.file.filename.endsWith(".json");
    const advice = isJson ? `Write "${form}".` : `Write ${form}, without quotation marks.`;
    return wrongType(place, `${what} ${JSON.stringify(text)} is not one. ${advice}`);
  }
  const type = typeOfAddress(address);
  if (type === target) return undefined;
  return wrongType(place, `${what} ${text} is a ${type} block. Write ${target}.NAME instead.`);
}

/** The block that a text stands for with or without its type, misspelt or not. */
function likelyAddress(
  text: string,
  target: string,
  declared: ReadonlySet<string>,
): string | undefined {
  const whole = `${target}.${text}`;
  if (declared.has(whole)) return whole;
  const known = [...declared].filter((address) => address.startsWith(`${target}.`));
  return suggestName(text, known) ?? suggestName(whole, known);
}

function ephemeral(place: ArgumentPlace): Diagnostic {
  const { attribute } = place;
  const detail = `The argument "${attribute.name}" would be stored in the plan and in the catalog, and its value is made from an ephemeral one, which must never be stored.`;
  return problem(
    {
      summary: "Ephemeral value not allowed",
      detail,
      subject: attribute.expression.range,
      context: attribute.range,
    },
    "CONFIG_EPHEMERAL_VALUE",
  );
}

function wrongType({ attribute }: Pick<ArgumentPlace, "attribute">, detail: string): Diagnostic {
  const facts = {
    summary: "Wrong type of value",
    detail,
    subject: attribute.expression.range,
    context: attribute.range,
  };
  return problem(facts, "CONFIG_WRONG_TYPE");
}

function invalid({ attribute }: ArgumentPlace, detail: string): Diagnostic {
  return problem({
    summary: "Invalid value",
    detail,
    subject: attribute.expression.range,
    context: attribute.range,
  });
}
