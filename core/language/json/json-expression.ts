import type { Node } from "jsonc-parser";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { SourceFile } from "../source-file.ts";
import type { ExpressionNode, ObjectItem, Span } from "../syntax/expression-node.ts";
import { problemsOfTokens } from "../syntax/invalid-tokens.ts";
import { parseExpression } from "../syntax/parse-expression.ts";
import { parseBareTemplate } from "../syntax/parse-template.ts";
import { SyntaxFault, TokenReader } from "../syntax/token-reader.ts";
import { tokenize } from "../syntax/tokenize.ts";
import { tryParseNumber } from "../values/exact-number.ts";
import { boolValue, nullValue, numberValue, stringValue, type Value } from "../values/value.ts";
import { DYNAMIC } from "../values/value-type.ts";

/** A JSON value as an expression: strings are templates, objects and arrays hold expressions. */
export function expressionOfJson(
  node: Node,
  file: SourceFile,
  diagnostics: Diagnostic[],
): ExpressionNode {
  const span: Span = { start: node.offset, end: node.offset + node.length };
  const children = node.children ?? [];
  switch (node.type) {
    case "string":
      return templateOfJson(node, file, diagnostics);
    case "array": {
      const elements = children.map((child) => expressionOfJson(child, file, diagnostics));
      return { kind: "tuple", elements, openEnd: span.start + 1, ...span };
    }
    case "object": {
      const items = children.flatMap((child) => itemOf(child, file, diagnostics));
      return { kind: "object", items, openEnd: span.start + 1, ...span };
    }
    case "number":
    case "boolean":
    case "null":
    case "property": {
      const value = scalarOf(node, file);
      return value === undefined
        ? { kind: "invalid", ...span }
        : { kind: "literal", value, ...span };
    }
    default:
      return node.type satisfies never;
  }
}

function itemOf(
  property: Node,
  file: SourceFile,
  diagnostics: Diagnostic[],
): readonly ObjectItem[] {
  const [name, value] = property.children ?? [];
  if (name === undefined || value === undefined) return [];
  const key = templateOfJson(name, file, diagnostics);
  return [{ key, value: expressionOfJson(value, file, diagnostics) }];
}

function scalarOf(node: Node, file: SourceFile): Value | undefined {
  if (node.type === "boolean") return boolValue(node.value === true);
  if (node.type === "null") return nullValue(DYNAMIC);
  const content = tryParseNumber(file.text.slice(node.offset, node.offset + node.length));
  return content === undefined ? undefined : numberValue(content);
}

function templateOfJson(node: Node, file: SourceFile, diagnostics: Diagnostic[]): ExpressionNode {
  const text = textOfJson(node);
  const span: Span = { start: node.offset, end: node.offset + node.length };
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

/** The text of a JSON string. */
export function textOfJson(node: Node): string {
  return typeof node.value === "string" ? node.value : "";
}

/** From offsets in the decoded string to offsets in the file. */
function placesOf(node: Node, file: SourceFile): (offset: number) => number {
  const first = node.offset + 1;
  const raw = file.text.slice(first, node.offset + node.length - 1);
  if (!raw.includes("\\")) return (offset) => first + offset;
  const places: number[] = [];
  for (let at = 0; at < raw.length; ) {
    places.push(first + at);
    if (raw.charAt(at) !== "\\") at += 1;
    else at += raw.charAt(at + 1) === "u" ? 6 : 2;
  }
  return (offset) => places[offset] ?? first + raw.length;
}
