import type { BodySchema, NestedBlockSchema } from "../../../schemas/blocks/block-schema.ts";
import type { Json, JsonObject } from "../../kit/json.ts";

/** What an absent block means, by its schema. */
export function absentValue(schema: NestedBlockSchema): Json {
  if (schema.absent === "null") return null;
  if (schema.variants === undefined) return defaultsOf(schema.body);
  const label = schema.defaultVariant ?? "";
  const body = schema.variants[label];
  return body === undefined ? null : { type: label, ...defaultsOf(body) };
}

function defaultsOf(schema: BodySchema): JsonObject {
  const own = Object.entries(schema.arguments).map(([name, argument]) => [
    name,
    argument.default ?? null,
  ]);
  const nested = Object.entries(schema.blocks ?? {}).map(([name, block]) => [
    name,
    absentValue(block),
  ]);
  return Object.fromEntries([...own, ...nested]) as JsonObject;
}
