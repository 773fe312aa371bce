import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Expression } from "../language/expression.ts";
import { parseExpressionText } from "../language/parse-hcl.ts";
import type { CallNode, ExpressionNode, ObjectItem } from "../language/syntax/expression-node.ts";
import {
  BOOL,
  DYNAMIC,
  listType,
  mapType,
  NUMBER,
  objectType,
  STRING,
  setType,
  tupleType,
  type ValueType,
} from "../language/values/value-type.ts";
import { problem } from "./report.ts";

const KEYWORDS: Readonly<Record<string, ValueType>> = {
  string: STRING,
  number: NUMBER,
  bool: BOOL,
  any: DYNAMIC,
};

const COLLECTIONS: Readonly<Record<string, (element: ValueType) => ValueType>> = {
  list: listType,
  set: setType,
  map: mapType,
};

export interface TypeOutcome {
  /** `dynamic` where the constraint is at fault. */
  readonly type: ValueType;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads what stands behind `type =` of a variable. In JSON it is a string that holds the same text. */
export function parseTypeConstraint(expression: Expression): TypeOutcome {
  const text = literalText(expression.node);
  const node =
    text === undefined
      ? expression.node
      : parseExpressionText({ filename: expression.file.filename, text }).expression.node;
  const type = typeOf(node);
  if (type !== undefined) return { type, diagnostics: [] };
  const detail =
    "A type is string, number, bool, any, list(TYPE), set(TYPE), map(TYPE), tuple([TYPE, …]) or object({ name = TYPE, … }). Optional attributes belong to a later version of Holdfast.";
  const fault = { summary: "Invalid type", detail, subject: expression.range };
  return { type: DYNAMIC, diagnostics: [problem(fault)] };
}

function literalText(node: ExpressionNode): string | undefined {
  if (node.kind === "literal") {
    return node.value.kind === "string" ? node.value.content : undefined;
  }
  if (node.kind !== "template") return undefined;
  const parts = node.parts.map(literalText);
  return parts.every((part) => part !== undefined) ? parts.join("") : undefined;
}

function typeOf(node: ExpressionNode): ValueType | undefined {
  if (node.kind === "traversal") return node.steps.length === 0 ? KEYWORDS[node.root] : undefined;
  if (node.kind === "call") return typeOfCall(node);
  return undefined;
}

function typeOfCall({ name, args, expandsLast }: CallNode): ValueType | undefined {
  const [only, ...more] = args;
  if (only === undefined || more.length > 0 || expandsLast) return undefined;
  if (name === "object") return only.kind === "object" ? typeOfObject(only.items) : undefined;
  if (name === "tuple") {
    const elements = only.kind === "tuple" ? only.elements.map(typeOf) : [undefined];
    return elements.every((type) => type !== undefined) ? tupleType(elements) : undefined;
  }
  const element = typeOf(only);
  return element === undefined ? undefined : COLLECTIONS[name]?.(element);
}

function typeOfObject(items: readonly ObjectItem[]): ValueType | undefined {
  const attributes = new Map<string, ValueType>();
  for (const { key, value } of items) {
    const name = literalText(key);
    const type = typeOf(value);
    if (name === undefined || type === undefined) return undefined;
    attributes.set(name, type);
  }
  return objectType(attributes);
}
