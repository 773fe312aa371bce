import type { Json, JsonObject } from "../../core/kit/json.ts";
import type { BodyNode } from "../../core/language/syntax/body-node.ts";
import type { ExpressionNode } from "../../core/language/syntax/expression-node.ts";
import type { Value } from "../../core/language/values/value.ts";
import { encodeValue } from "../../core/language/values/value-json.ts";

const PLACES = new Set(["start", "end", "rootEnd", "nameEnd", "openEnd", "closeParen", "marker"]);

/** An expression without its places in the text. */
export function plainTree(node: ExpressionNode): JsonObject {
  return plain(node) as JsonObject;
}

function plain(part: unknown): Json {
  if (Array.isArray(part)) return part.map(plain);
  if (typeof part !== "object" || part === null) return (part ?? null) as Json;
  if (!("start" in part) && "type" in part) return encodeValue(part as Value);
  const kept = Object.entries(part).filter(
    ([name, value]) => !PLACES.has(name) && value !== undefined,
  );
  return Object.fromEntries(kept.map(([name, value]) => [name, plain(value)]));
}

/** What a body means: its arguments and blocks, without places and without what `fmt` may take from around a value. */
export function plainBody(body: BodyNode): Json {
  return {
    attributes: body.attributes.map(({ name, expression }) => [name, plainTree(bare(expression))]),
    blocks: body.blocks.map(({ type, labels, body: inner }) => [
      type,
      labels.map(({ text }) => text),
      plainBody(inner),
    ]),
  };
}

function bare(node: ExpressionNode): ExpressionNode {
  return node.kind === "wrap" || node.kind === "parentheses" ? bare(node.inner) : node;
}
