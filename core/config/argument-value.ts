import type { ArgumentSchema, ArgumentType } from "../../schemas/blocks/block-schema.ts";
import { tryParseAddress, typeOfAddress } from "../address/address.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Json } from "../kit/json.ts";
import type { Attribute } from "../language/body.ts";
import { didYouMean } from "../language/suggestion.ts";
import { convertValue, isConversionFault } from "../language/values/convert.ts";
import type { Value } from "../language/values/value.ts";
import {
  BOOL,
  listType,
  mapType,
  NUMBER,
  STRING,
  type ValueType,
} from "../language/values/value-type.ts";
import { problem } from "./report.ts";
import { checkPattern, checkText, type TextCheckers } from "./text-checks.ts";
import { isSensitive, toJsonValue } from "./value-json.ts";

/** A value of an argument, or what is wrong with it. Neither: unknown, because of an error reported elsewhere. */
export interface ArgumentOutcome {
  readonly value?: Json | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

export interface ArgumentPlace {
  readonly schema: ArgumentSchema;
  readonly attribute: Attribute;
  readonly checkers: TextCheckers;
  /** Whether the configuration has a block of that address. */
  readonly isDeclared: (address: string) => boolean;
}

const VALUE_TYPES: Partial<Record<ArgumentType, ValueType>> = {
  number: NUMBER,
  bool: BOOL,
  string_set: listType(STRING),
  patterns: listType(STRING),
  number_map: mapType(NUMBER),
};

/** Converts and checks the value of an argument. Null means: not set. */
export function readArgument(value: Value, place: ArgumentPlace): ArgumentOutcome {
  if (value.kind === "null") return { value: null, diagnostics: [] };
  const converted = convertValue(value, VALUE_TYPES[place.schema.type] ?? STRING);
  if (isConversionFault(converted)) {
    return { diagnostics: [wrongType(place, `${place.attribute.name}: ${converted.fault}.`)] };
  }
  const json = toJsonValue(converted);
  if (json === undefined) return { diagnostics: [] };
  const show = isSensitive(value) ? () => "The value" : JSON.stringify;
  const diagnostics = faultsOf(json, place).map((fault) =>
    "about" in fault
      ? invalid(
          place,
          `${show(fault.about)} does not fit the argument "${place.attribute.name}". ${fault.sentences}`,
        )
      : fault,
  );
  return diagnostics.length > 0 ? { diagnostics } : { value: json, diagnostics };
}

/** Sentences about a value or an element of it. */
interface ValueFault {
  readonly about: Json;
  readonly sentences: string;
}

type Fault = ValueFault | Diagnostic;

function faultsOf(json: Json, place: ArgumentPlace): readonly Fault[] {
  const { schema } = place;
  if (typeof json === "number") return numberFaults(json, schema);
  if (typeof json === "string") {
    return schema.type === "reference" ? referenceFaults(json, place) : textFaults(json, place);
  }
  if (schema.type === "string_set" || schema.type === "patterns") {
    return (json as readonly Json[]).flatMap((element) => elementFaults(element, schema));
  }
  return [];
}

function numberFaults(value: number, schema: ArgumentSchema): readonly Fault[] {
  const { integer, minimum = -Infinity, maximum = Infinity } = schema;
  const about = (sentences: string) => [{ about: value, sentences }];
  if (integer === true && !Number.isSafeInteger(value)) return about("It must be a whole number.");
  if (value < minimum) return about(`It must be at least ${minimum}.`);
  return value > maximum ? about(`It must be at most ${maximum}.`) : [];
}

function textFaults(text: string, { schema, checkers }: ArgumentPlace): readonly Fault[] {
  const sentences = choiceFault(text, schema) ?? checkText(schema, text, checkers);
  return sentences === undefined ? [] : [{ about: text, sentences }];
}

function choiceFault(text: string, { values }: ArgumentSchema): string | undefined {
  if (values === undefined || values.includes(text)) return undefined;
  const list = values.map((value) => JSON.stringify(value)).join(", ");
  return `It must be one of ${list}.${didYouMean(text, values)}`;
}

function elementFaults(element: Json, schema: ArgumentSchema): readonly Fault[] {
  if (typeof element !== "string") return [{ about: element, sentences: "It must be a string." }];
  const sentences =
    schema.type === "patterns" ? checkPattern(element) : choiceFault(element, schema);
  return sentences === undefined ? [] : [{ about: element, sentences }];
}

function referenceFaults(text: string, place: ArgumentPlace): readonly Fault[] {
  const { name } = place.attribute;
  const target = place.schema.target ?? "block";
  const address = tryParseAddress(text);
  const form = `Write ${target}.NAME, without quotation marks.`;
  if (address === undefined || !place.isDeclared(address)) {
    return [
      wrongType(
        place,
        `The argument "${name}" takes a reference to a ${target} block, and ${JSON.stringify(text)} is not one. ${form}`,
      ),
    ];
  }
  const type = typeOfAddress(address);
  if (type === target) return [];
  return [
    wrongType(
      place,
      `The argument "${name}" takes a reference to a ${target} block, and ${text} is a ${type} block. ${form}`,
    ),
  ];
}

function wrongType(place: ArgumentPlace, detail: string): Diagnostic {
  const facts = {
    summary: "Wrong type of value",
    detail,
    subject: place.attribute.expression.range,
    context: place.attribute.range,
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
