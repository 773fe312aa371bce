import { tryParseNumber } from "../values/exact-number.ts";
import { formatNumber } from "../values/number-format.ts";
import { isWhollyKnown } from "../values/unknown.ts";
import {
  boolValue,
  DYNAMIC_UNKNOWN,
  nullValue,
  numberValue,
  objectValue,
  stringValue,
  tupleValue,
  type UnknownValue,
  unknownValue,
  type Value,
} from "../values/value.ts";
import { BOOL, DYNAMIC, NUMBER, STRING, type ValueType } from "../values/value-type.ts";
import type { EagerFunction, FunctionFault } from "./function-declaration.ts";
import { anyParameter, stringParameter, textOf } from "./parameter.ts";

/** As Go writes JSON: these characters are escaped so that the text is safe inside HTML. */
const ESCAPED = /[<>&\u2028\u2029]/g;

function encodeText(text: string): string {
  return JSON.stringify(text).replaceAll(
    ESCAPED,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** The JSON text of a wholly known value; numbers keep all their digits. */
export function encodeJson(value: Value): string {
  switch (value.kind) {
    case "string":
      return encodeText(value.content);
    case "number":
      return formatNumber(value.content);
    case "bool":
      return String(value.content);
    case "null":
    case "unknown":
      return "null";
    case "sequence":
      return `[${value.content.map(encodeJson).join(",")}]`;
    case "mapping": {
      const entries = Array.from(
        value.content,
        ([name, each]) => `${encodeText(name)}:${encodeJson(each)}`,
      );
      return `{${entries.join(",")}}`;
    }
    default:
      return value satisfies never;
  }
}

/** A number of a JSON text, with the text that it came from. */
class NumberText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Reviver = (name: string, value: unknown, context?: { readonly source?: string }) => unknown;

/** Reads a JSON text; numbers keep all their digits. Throws SyntaxError or RangeError. */
function decodeJson(text: string): Value {
  const revive: Reviver = (_, value, context) =>
    typeof value === "number" ? new NumberText(context?.source ?? String(value)) : value;
  const decoded: unknown = JSON.parse(text, revive);
  return valueOf(decoded);
}

function valueOf(decoded: unknown): Value {
  if (decoded instanceof NumberText) {
    const content = tryParseNumber(decoded.text);
    if (content === undefined) throw new RangeError("a number is too large");
    return numberValue(content);
  }
  if (typeof decoded === "string") return stringValue(decoded.toWellFormed());
  if (typeof decoded === "boolean") return boolValue(decoded);
  if (Array.isArray(decoded)) return tupleValue(decoded.map(valueOf));
  if (typeof decoded !== "object" || decoded === null) return nullValue(DYNAMIC);
  const entries = Object.entries(decoded).map(
    ([name, each]) => [name.toWellFormed(), valueOf(each)] as const,
  );
  return objectValue(new Map(entries));
}

/** How the JSON text of a value that is not wholly known begins; empty where it may be null. */
function beginningOf(value: Value): string {
  if (value.kind === "unknown" && value.refinements.notNull !== true) return "";
  const { kind } = value.type;
  if (kind === "string") return '"';
  if (kind === "object" || kind === "map") return "{";
  return kind === "tuple" || kind === "list" || kind === "set" ? "[" : "";
}

const jsonencode: EagerFunction = {
  kind: "eager",
  name: "jsonencode",
  parameters: [{ ...anyParameter("val"), allowsNull: true, allowsUnknown: true }],
  returns: STRING,
  neverNull: true,
  call([value = DYNAMIC_UNKNOWN]) {
    if (isWhollyKnown(value)) return stringValue(encodeJson(value));
    const stringPrefix = beginningOf(value);
    return unknownValue(STRING, stringPrefix === "" ? {} : { stringPrefix });
  },
};

const TOO_MUCH = "the text nests too deeply or holds a number that is too large";

const jsondecode: EagerFunction = {
  kind: "eager",
  name: "jsondecode",
  parameters: [stringParameter("str")],
  returns: ([text]) => (text?.kind === "unknown" ? typeOfUnknown(text) : DYNAMIC),
  call([text]) {
    try {
      return decodeJson(textOf(text));
    } catch (error) {
      if (error instanceof RangeError) return { fault: TOO_MUCH, argument: 0 };
      return { fault: "the text is not valid JSON", argument: 0 };
    }
  },
};

/** The first character of a JSON text tells most types. */
function typeOfUnknown({ refinements }: UnknownValue): ValueType | FunctionFault {
  const [first = "{"] = (refinements.stringPrefix ?? "").trim();
  if (first === '"') return STRING;
  if (first === "t" || first === "f") return BOOL;
  if (/[-.0-9]/.test(first)) return NUMBER;
  if (/[{[n]/.test(first)) return DYNAMIC;
  return { fault: `a JSON document cannot begin with the character '${first}'`, argument: 0 };
}

export const JSON_FUNCTIONS: readonly EagerFunction[] = [jsonencode, jsondecode];
