import { textOfNode } from "../literal-text.ts";
import { suggestName } from "../suggestion.ts";
import type { CallNode, ExpressionNode, ObjectItem } from "../syntax/expression-node.ts";
import type { Value } from "../values/value.ts";
import { BOOL, DYNAMIC, NUMBER, STRING, type ValueType } from "../values/value-type.ts";
import type { AttributeConstraint, TypeConstraint } from "./type-constraint.ts";

const KEYWORDS: Readonly<Record<string, ValueType>> = {
  string: STRING,
  number: NUMBER,
  bool: BOOL,
  any: DYNAMIC,
};

const COLLECTIONS: readonly string[] = ["list", "set", "map"] satisfies TypeConstraint["kind"][];

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

function meantType(name: string): string | undefined {
  const known = Object.hasOwn(FOREIGN_TYPES, name) ? FOREIGN_TYPES[name] : undefined;
  return known ?? suggestName(name, [...Object.keys(KEYWORDS), ...COLLECTIONS, "object", "tuple"]);
}

/** What is wrong with how a type is written. */
export interface TypeProblem {
  readonly node: ExpressionNode;
  /** A sentence or two. */
  readonly detail: string;
  /** The type that was probably meant. */
  readonly meant?: string | undefined;
}

/** The value of the default of an optional attribute; undefined where it has none, which the caller has told. */
export type DefaultReader = (node: ExpressionNode) => Value | undefined;

export interface ReadType {
  /** Undefined where there are problems. */
  readonly type: TypeConstraint | undefined;
  readonly problems: readonly TypeProblem[];
}

/** Reads an expression as a type, as behind `type =` of a variable or in `convert`. */
export function readType(node: ExpressionNode, readDefault: DefaultReader): ReadType {
  const reader = new TypeReader(readDefault);
  const type = reader.read(node, false);
  return { type: reader.problems.length > 0 ? undefined : type, problems: reader.problems };
}

class TypeReader {
  readonly problems: TypeProblem[] = [];
  readonly #readDefault: DefaultReader;

  constructor(readDefault: DefaultReader) {
    this.#readDefault = readDefault;
  }

  read(node: ExpressionNode, isAttribute: boolean): TypeConstraint | undefined {
    if (node.kind === "traversal" && node.steps.length === 0) {
      const type = Object.hasOwn(KEYWORDS, node.root) ? KEYWORDS[node.root] : undefined;
      if (type !== undefined) return { kind: "type", type };
      if (COLLECTIONS.includes(node.root)) {
        const detail = `The type ${node.root} needs the type of its elements: ${node.root}(string), or ${node.root}(any).`;
        return this.#fault(node, detail);
      }
      const meant = meantType(node.root);
      if (meant !== undefined) {
        this.problems.push({ node, detail: `There is no type "${node.root}".`, meant });
        return undefined;
      }
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
    return this.problems.length > 0 ? undefined : { kind: "object", attributes };
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
    const given = fallback && this.#readDefault(fallback);
    return type && { type, isOptional: true, default: given };
  }

  #fault(node: ExpressionNode, detail: string): undefined {
    this.problems.push({ node, detail });
    return undefined;
  }
}
