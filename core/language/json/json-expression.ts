import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { SourceFile } from "../source-file.ts";
import type { ExpressionNode, ObjectItem, Span } from "../syntax/expression-node.ts";
import { problemsOfTokens } from "../syntax/invalid-tokens.ts";
import { parseExpression } from "../syntax/parse-expression.ts";
import { parseBareTemplate } from "../syntax/parse-template.ts";
import { SyntaxFault, TokenReader } from "../syntax/token-reader.ts";
import { tokenize } from "../syntax/tokenize.ts";
import { boolValue, nullValue, numberValue, stringValue } from "../values/value.ts";
import { DYNAMIC } from "../values/value-type.ts";
import type { JsonNode, JsonProperty, JsonString } from "./json-node.ts";

/** A JSON value as an expression: strings are templates, objects and arrays hold expressions. */
export function expressionOfJson(
  node: JsonNode,
  file: SourceFile,
  diagnostics: Diagnostic[],
): ExpressionNode {
  const { start, end } = node;
  switch (node.kind) {
    case "string":
      return templateOfJson(node, file, diagnostics);
    case "array": {
      const elements = node.elements.map((element) => expressionOfJson(element, file, diagnostics));
      return { kind: "tuple", elements, openEnd: start + 1, start, end };
    }
    case "object": {
      const items = node.properties.map((property) => itemOf(property, file, diagnostics));
      return { kind: "object", items, openEnd: start + 1, start, end };
    }
    case "number":
      return { kind: "literal", value: numberValue(node.content), start, end };
    case "boolean":
      return { kind: "literal", value: boolValue(node.content), start, end };
    case "null":
      return { kind: "literal", value: nullValue(DYNAMIC), start, end };
    case "invalid":
      return { kind: "invalid", start, end };
    default:
      return node satisfies never;
  }
}

function itemOf(
  { name, value }: JsonProperty,
  file: SourceFile,
  diagnostics: Diagnostic[],
): ObjectItem {
  const key = templateOfJson(name, file, diagnostics);
  return { key, value: expressionOfJson(value, file, diagnostics) };
}

function templateOfJson(
  node: JsonString,
  file: SourceFile,
  diagnostics: Diagnostic[],
): ExpressionNode {
  const { text, start, end } = node;
  const span: Span = { start, end };
  if (!text.includes("${") && !text.includes("%{")) {
    return { kind: "literal", value: stringValue(text), ...span };
  }
  const tokens = tokenize(text, "template");
  const place = placesOf(node, file);
  const reader = new TokenReader({ file, text, tokens, place, diagnostics });
  for (const { at, ...problem } of problemsOfTokens(text, tokens)) {
    reader.report({ ...problem, at: { start: place(at.start), end: place(at.end) } });
  }
  try {
    return parseBareTemplate(reader, parseExpression);
  } catch (fault) {
    if (!(fault instanceof SyntaxFault)) throw fault;
    return { kind: "invalid", ...span };
  }
}

/** From offsets in the decoded string to offsets in the file. */
function placesOf({ start, end }: JsonString, file: SourceFile): (offset: number) => number {
  const first = start + 1;
  const raw = file.text.slice(first, end - 1);
  if (!raw.includes("\\")) return (offset) => first + offset;
  const places: number[] = [];
  for (let at = 0; at < raw.length; ) {
    places.push(first + at);
    if (raw.charAt(at) !== "\\") at += 1;
    else at += raw.charAt(at + 1) === "u" ? 6 : 2;
  }
  return (offset) => places[offset] ?? first + raw.length;
}
