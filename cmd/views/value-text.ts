import { formatNumber } from "../../core/language/values/number-format.ts";
import {
  type MappingValue,
  SENSITIVE,
  type SequenceValue,
  type Value,
} from "../../core/language/values/value.ts";
import { friendlyTypeName, type ValueType } from "../../core/language/values/value-type.ts";
import { escapeSequences, isShowable, quoteText } from "./quoted-text.ts";

const STEP = "  ";

/** A value for people, as Terraform's console shows it: what is sensitive is hidden, and no text can steer the terminal. */
export function formatLanguageValue(value: Value, indent = ""): string {
  if (value.marks.has(SENSITIVE)) return "(sensitive value)";
  if (value.marks.has("ephemeral")) return "(ephemeral value)";
  switch (value.kind) {
    case "unknown":
      return "(known after apply)";
    case "null":
      return formatNull(value.type);
    case "string":
      return formatHeredoc(value.content, indent) ?? quoteText(value.content);
    case "number":
      return formatNumber(value.content);
    case "bool":
      return String(value.content);
    case "sequence":
      return formatSequence(value, indent);
    case "mapping":
      return formatMapping(value, indent);
    default:
      return value satisfies never;
  }
}

function formatNull(type: ValueType): string {
  switch (type.kind) {
    case "dynamic":
      return "null";
    case "string":
    case "number":
    case "bool":
      return `to${type.kind}(null)`;
    case "list":
    case "set":
    case "map":
      return `to${type.kind}(null) /* of ${friendlyTypeName(type.element)} */`;
    case "tuple":
    case "object":
      return `null /* ${type.kind} */`;
    default:
      return type satisfies never;
  }
}

function formatSequence({ type, content }: SequenceValue, indent: string): string {
  const inner = indent + STEP;
  const lines = content.map((element) => `\n${inner}${formatLanguageValue(element, inner)},`);
  const list = lines.length === 0 ? "[]" : `[${lines.join("")}\n${indent}]`;
  return type.kind === "tuple" ? list : `to${type.kind}(${list})`;
}

function formatMapping({ type, content }: MappingValue, indent: string): string {
  const inner = indent + STEP;
  const lines = Array.from(
    content,
    ([name, member]) => `\n${inner}${quoteText(name)} = ${formatLanguageValue(member, inner)}`,
  );
  const members = lines.length === 0 ? "{}" : `{${lines.join("")}\n${indent}}`;
  return type.kind === "map" ? `tomap(${members})` : members;
}

/** Undefined for a text of one line, and for one whose characters only an escape in quotes can show. */
function formatHeredoc(text: string, indent: string): string | undefined {
  if (!text.includes("\n") || !isShowable(text)) return undefined;
  const lines = escapeSequences(text).split("\n");
  let marker = "EOT";
  while (lines.some((line) => line.trim() === marker)) marker += "_";
  const operator = indent === "" ? "<<" : "<<-";
  const body = lines.map((line) => `${indent}${line}\n`);
  return `${operator}${marker}\n${body.join("")}${indent}${marker}`;
}
