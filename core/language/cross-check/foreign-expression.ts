import type {
  ConditionalNode,
  ExpressionNode,
  ForNode,
  ObjectNode,
  Span,
  UnaryNode,
} from "../syntax/expression-node.ts";
import { negateNumber } from "../values/number-arithmetic.ts";
import { formatNumber } from "../values/number-format.ts";
import type { Value } from "../values/value.ts";
import { BlindSpot, type ForeignContent, type ForeignValue } from "./foreign-value.ts";

/** What the other parser writes for an expression: its value where it is a literal, else its text. */
export function foreignExpression(text: string, node: ExpressionNode): ForeignContent {
  if (node.kind === "literal") return literal(node.value);
  if (node.kind === "unary") return unary(text, node);
  if (node.kind === "template") return joined(text, node.parts);
  if (node.kind === "wrap") return foreignExpression(text, node.inner);
  if (node.kind === "tuple") return node.elements.map((element) => located(text, element));
  return node.kind === "object" ? object(text, node) : wrapped(text, node);
}

function located(text: string, node: ExpressionNode): ForeignValue {
  return { content: foreignExpression(text, node), start: node.start, end: node.end };
}

function literal(value: Value): ForeignContent {
  if (value.kind === "number") return { number: value.content };
  return value.kind === "string" || value.kind === "bool" ? value.content : null;
}

/** Of a literal, but for strings, its value. */
function unary(text: string, node: UnaryNode): ForeignContent {
  const { operator, operand } = node;
  if (operand.kind !== "literal" || operand.value.kind === "string") return wrapped(text, node);
  const { value } = operand;
  if (operator === "-" && value.kind === "number") return { number: negateNumber(value.content) };
  if (operator === "!" && value.kind === "bool") return !value.content;
  throw new BlindSpot(`"${operator}" stands before a literal that it does not fit`);
}

function object(text: string, { items }: ObjectNode): ForeignContent {
  const content = new Map<string, ForeignValue>();
  for (const { key, value } of items) {
    content.set(stringPart(text, key), located(text, value));
  }
  return content;
}

/** The text of an expression. The other parser adds a closing parenthesis that happens to follow. */
function source(text: string, { start, end }: Span): string {
  return text.slice(start, text.charAt(end) === ")" ? end + 1 : end);
}

function wrapped(text: string, span: Span): string {
  return `\${${source(text, span)}}`;
}

function joined(text: string, parts: readonly ExpressionNode[]): string {
  return parts.map((part) => stringPart(text, part)).join("");
}

/** What a part of a template is written as. */
function stringPart(text: string, node: ExpressionNode): string {
  if (node.kind === "literal") return literalText(node.value);
  if (node.kind === "template") return joined(text, node.parts);
  if (node.kind === "wrap") return stringPart(text, node.inner);
  if (node.kind === "conditional") return choice(text, node);
  return node.kind === "join" ? loop(text, node.tuple) : wrapped(text, node);
}

function choice(text: string, { condition, whenTrue, whenFalse }: ConditionalNode): string {
  const otherwise = stringPart(text, whenFalse);
  const rest = otherwise === "" ? "" : `%{else}${otherwise}`;
  return `%{if ${source(text, condition)}}${stringPart(text, whenTrue)}${rest}%{endif}`;
}

function loop(text: string, { keyName, valueName, collection, value }: ForNode): string {
  const names = keyName === undefined ? valueName : `${keyName}, ${valueName}`;
  return `%{for ${names} in ${source(text, collection)}}${stringPart(text, value)}%{endfor}`;
}

function literalText(value: Value): string {
  if (value.kind === "string") return value.content;
  if (value.kind === "bool") return String(value.content);
  if (value.kind === "number") return formatNumber(value.content);
  throw new BlindSpot("null stands in a template or as a key");
}
