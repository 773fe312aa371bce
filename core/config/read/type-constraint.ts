import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { evaluate } from "../../language/evaluation/evaluate.ts";
import type { Expression } from "../../language/expression.ts";
import { LocatedExpression } from "../../language/native-body.ts";
import { parseExpressionText } from "../../language/parse-hcl.ts";
import { didYouMean } from "../../language/suggestion.ts";
import type {
  CallNode,
  ExpressionNode,
  ObjectItem,
} from "../../language/syntax/expression-node.ts";
import type { Value } from "../../language/values/value.ts";
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
} from "../../language/values/value-type.ts";
import { problem } from "../report.ts";
import { literalText, textOfNode } from "./literal-text.ts";

/** A type, with what `optional(…)` says about attributes of objects in it. */
export type TypeConstraint =
  | { readonly kind: "type"; readonly type: ValueType }
  | { readonly kind: "list" | "set" | "map"; readonly element: TypeConstraint }
  | { readonly kind: "tuple"; readonly elements: readonly TypeConstraint[] }
  | { readonly kind: "object"; readonly attributes: ReadonlyMap<string, AttributeConstraint> };

export interface AttributeConstraint {
  readonly type: TypeConstraint;
  readonly isOptional: boolean;
  /** What an absent attribute, or one that is null, means. Undefined: null. */
  readonly default: Value | undefined;
}

export const ANY_TYPE: TypeConstraint = { kind: "type", type: DYNAMIC };

const KEYWORDS: Readonly<Record<string, ValueType>> = {
  string: STRING,
  number: NUMBER,
  bool: BOOL,
  any: DYNAMIC,
};

const COLLECTIONS: readonly string[] = ["list", "set", "map"] satisfies TypeConstraint["kind"][];

const COLLECTION_TYPES = { list: listType, set: setType, map: mapType };

/** The type that a value has once it fits. */
export function typeOfConstraint(constraint: TypeConstraint): ValueType {
  switch (constraint.kind) {
    case "type":
      return constraint.type;
    case "tuple":
      return tupleType(constraint.elements.map(typeOfConstraint));
    case "object":
      return objectType(
        new Map(
          [...constraint.attributes].map(([name, { type }]) => [name, typeOfConstraint(type)]),
        ),
      );
    case "list":
    case "set":
    case "map":
      return COLLECTION_TYPES[constraint.kind](typeOfConstraint(constraint.element));
    default:
      return constraint satisfies never;
  }
}

export interface TypeOutcome {
  /** Any type where the constraint is at fault. */
  readonly type: TypeConstraint;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads what stands behind `type =` of a variable. In JSON it is a string that holds the same text. */
export function parseTypeConstraint(expression: Expression): TypeOutcome {
  const text = literalText(expression);
  const { filename } = expression.file;
  const source =
    text === undefined ? expression : parseExpressionText({ filename, text }).expression;
  const reader = new ConstraintReader(source, text === undefined ? undefined : expression);
  const type = reader.read(source.node, false) ?? ANY_TYPE;
  return { type, diagnostics: reader.diagnostics };
}

const FORM =
  "A type is string, number, bool, any, list(TYPE), set(TYPE), map(TYPE), tuple([TYPE, …]) or object({ name = TYPE, … }), where TYPE of an object's attribute may be optional(TYPE) or optional(TYPE, DEFAULT).";

/** What other languages call our types. */
const FOREIGN_TYPES: Readonly<Record<string, string>> = {
  int: "number",
  integer: "number",
  float: "number",
  str: "string",
  text: "string",
  boolean: "bool",
  array: "list",
  dict: "map",
};

function hintOfType(name: string): string {
  const known = Object.hasOwn(FOREIGN_TYPES, name) ? FOREIGN_TYPES[name] : undefined;
  if (known !== undefined) return ` Did you mean "${known}"?`;
  return didYouMean(name, [...Object.keys(KEYWORDS), ...COLLECTIONS, "object", "tuple"]);
}

class ConstraintReader {
  readonly diagnostics: Diagnostic[] = [];
  readonly #source: Expression;
  /** The string that holds the text; its range stands for all in it. */
  readonly #holder: Expression | undefined;

  constructor(source: Expression, holder: Expression | undefined) {
    this.#source = source;
    this.#holder = holder;
  }

  read(node: ExpressionNode, isAttribute: boolean): TypeConstraint | undefined {
    if (node.kind === "traversal" && node.steps.length === 0) {
      const type = Object.hasOwn(KEYWORDS, node.root) ? KEYWORDS[node.root] : undefined;
      if (type !== undefined) return { kind: "type", type };
      if (COLLECTIONS.includes(node.root)) {
        const detail = `The type ${node.root} needs the type of its elements: ${node.root}(string), or ${node.root}(any).`;
        return this.#fault(node, detail);
      }
      const hint = hintOfType(node.root);
      if (hint !== "") return this.#fault(node, `There is no type "${node.root}".${hint}`);
    }
    if (node.kind === "call") return this.#readCall(node, isAttribute);
    return this.#fault(node, FORM);
  }

  #readCall(node: CallNode, isAttribute: boolean): TypeConstraint | undefined {
    const { name, args, expandsLast } = node;
    const [only, ...more] = args;
    if (name === "optional") {
      const why = isAttribute
        ? 'optional takes a type and, if wanted, a default: optional(string, "x").'
        : "optional(…) may only stand as the type of an attribute of an object.";
      return this.#fault(node, why);
    }
    if (only === undefined || more.length > 0 || expandsLast) return this.#fault(node, FORM);
    if (name === "object") return this.#readObject(only);
    if (name === "tuple") return this.#readTuple(only);
    if (name === "list" || name === "set" || name === "map") {
      const element = this.read(only, false);
      return element && { kind: name, element };
    }
    return this.#fault(node, FORM);
  }

  #readTuple(node: ExpressionNode): TypeConstraint | undefined {
    if (node.kind !== "tuple") {
      return this.#fault(node, "tuple takes a list of types: tuple([string, number]).");
    }
    const elements = node.elements.map((element) => this.read(element, false));
    return elements.every((type) => type !== undefined) ? { kind: "tuple", elements } : undefined;
  }

  #readObject(node: ExpressionNode): TypeConstraint | undefined {
    if (node.kind !== "object") {
      return this.#fault(node, "object takes its attributes: object({ name = string }).");
    }
    const attributes = new Map<string, AttributeConstraint>();
    for (const item of node.items) {
      const name = textOfNode(item.key);
      const attribute = this.#readAttribute(item);
      if (name === undefined) this.#fault(item.key, "The name of an attribute is a plain word.");
      else if (attributes.has(name)) this.#fault(item.key, `The attribute "${name}" stands twice.`);
      else if (attribute !== undefined) attributes.set(name, attribute);
    }
    return this.diagnostics.length > 0 ? undefined : { kind: "object", attributes };
  }

  #readAttribute({ value }: ObjectItem): AttributeConstraint | undefined {
    const isOptional = value.kind === "call" && value.name === "optional";
    if (!isOptional) {
      const type = this.read(value, true);
      return type && { type, isOptional: false, default: undefined };
    }
    const [wanted, fallback, ...more] = value.args;
    if (wanted === undefined || more.length > 0 || value.expandsLast) {
      this.#readCall(value, true);
      return undefined;
    }
    const type = this.read(wanted, false);
    const given = fallback && this.#evaluate(fallback);
    return type && { type, isOptional: true, default: given };
  }

  #evaluate(node: ExpressionNode): Value {
    const expression = new LocatedExpression(this.#source.file, node);
    const { value, diagnostics } = evaluate(expression, { variables: new Map() });
    this.diagnostics.push(...diagnostics);
    return value;
  }

  #fault(node: ExpressionNode, detail: string): undefined {
    const own = this.#source.file.range(node.start, node.end);
    const subject = this.#holder?.range ?? own;
    this.diagnostics.push(problem({ summary: "Invalid type", detail, subject }));
    return undefined;
  }
}
