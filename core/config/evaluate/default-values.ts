import type { BodySchema, NestedBlockSchema } from "../../../schemas/blocks/block-schema.ts";
import type { Json, JsonObject } from "../../kit/json.ts";
import { numberFromDouble } from "../../language/values/exact-number.ts";
import {
  boolValue,
  nullValue,
  numberValue,
  objectValue,
  stringValue,
  tupleValue,
  type Value,
} from "../../language/values/value.ts";
import { DYNAMIC } from "../../language/values/value-type.ts";

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

/** JSON as a value of the language, as `jsondecode` gives it. */
export function valueOfJson(json: Json): Value {
  if (json === null) return nullValue(DYNAMIC);
  if (typeof json === "string") return stringValue(json);
  if (typeof json === "boolean") return boolValue(json);
  if (typeof json === "number") return numberValue(numberFromDouble(json));
  if (Array.isArray(json)) return tupleValue((json as readonly Json[]).map(valueOfJson));
  const entries = Object.entries(json).map(([name, each]) => [name, valueOfJson(each)] as const);
  return objectValue(new Map(entries));
}
