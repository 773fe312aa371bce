import type { CallNode, ExpressionNode, ObjectItem } from "../syntax/expression-node.ts";
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
} from "../values/value-type.ts";

interface TypeFault {
  readonly fault: string;
}

type ReadType = { readonly type: ValueType } | TypeFault;

const KEYWORDS: ReadonlyMap<string, ValueType> = new Map([
  ["string", STRING],
  ["number", NUMBER],
  ["bool", BOOL],
  ["any", DYNAMIC],
]);

const COLLECTIONS: ReadonlyMap<string, (element: ValueType) => ValueType> = new Map([
  ["list", listType],
  ["set", setType],
  ["map", mapType],
]);

const FORM: TypeFault = {
  fault:
    "a type is string, number, bool, any, list(TYPE), set(TYPE), map(TYPE), tuple([TYPE, ...]) or object({ name = TYPE, ... })",
};

/** The type that an argument spells, as `type` of a variable does, but without `optional`. */
export function readTypeExpression(node: ExpressionNode): ReadType {
  if (node.kind === "traversal" && node.steps.length === 0) {
    const type = KEYWORDS.get(node.root);
    return type === undefined ? FORM : { type };
  }
  return node.kind === "call" ? readCall(node) : FORM;
}

function readCall({ name, args }: CallNode): ReadType {
  const [only, ...more] = args;
  if (name === "optional") {
    return { fault: "optional(...) has no meaning here; give the attribute its type alone" };
  }
  if (only === undefined || more.length > 0) return FORM;
  if (name === "tuple") return only.kind === "tuple" ? readTuple(only.elements) : FORM;
  if (name === "object") return only.kind === "object" ? readObject(only.items) : FORM;
  const collection = COLLECTIONS.get(name);
  if (collection === undefined) return FORM;
  const element = readTypeExpression(only);
  return "fault" in element ? element : { type: collection(element.type) };
}

function readTuple(nodes: readonly ExpressionNode[]): ReadType {
  const types: ValueType[] = [];
  for (const node of nodes) {
    const read = readTypeExpression(node);
    if ("fault" in read) return read;
    types.push(read.type);
  }
  return { type: tupleType(types) };
}

function readObject(items: readonly ObjectItem[]): ReadType {
  const attributes = new Map<string, ValueType>();
  for (const { key, value } of items) {
    const name = nameOf(key);
    if (name === undefined) return { fault: "the name of an attribute is a plain word" };
    const read = readTypeExpression(value);
    if ("fault" in read) return read;
    attributes.set(name, read.type);
  }
  return { type: objectType(attributes) };
}

function nameOf(node: ExpressionNode): string | undefined {
  if (node.kind === "literal" && node.value.kind === "string") return node.value.content;
  if (node.kind !== "template") return undefined;
  const parts = node.parts.map(nameOf);
  return parts.every((part) => part !== undefined) ? parts.join("") : undefined;
}
