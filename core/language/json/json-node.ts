import type { Span } from "../syntax/expression-node.ts";
import type { NumberContent } from "../values/exact-number.ts";

/** A JSON value with its place; keeps the order of properties, duplicates and exact numbers. */
export type JsonNode =
  | JsonObject
  | JsonArray
  | JsonString
  | (Span & { readonly kind: "number"; readonly content: NumberContent })
  | (Span & { readonly kind: "boolean"; readonly content: boolean })
  | (Span & { readonly kind: "null" })
  /** What is no JSON; reported where it was read. */
  | (Span & { readonly kind: "invalid" });

export interface JsonObject extends Span {
  readonly kind: "object";
  readonly properties: readonly JsonProperty[];
}

export interface JsonProperty {
  readonly name: JsonString;
  readonly value: JsonNode;
}

interface JsonArray extends Span {
  readonly kind: "array";
  readonly elements: readonly JsonNode[];
}

export interface JsonString extends Span {
  readonly kind: "string";
  /** With its escapes resolved. */
  readonly text: string;
}
