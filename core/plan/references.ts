import type { BodySchema, NestedBlockSchema } from "../../schemas/blocks/block-schema.ts";
import { isResourceType, RESOURCES } from "../../schemas/blocks/resources.ts";
import { isJsonObject, type Json, type JsonObject } from "../kit/json.ts";

interface Attributes {
  readonly type: string;
  readonly attributes: JsonObject;
}

/** The attributes with every reference replaced; the same object where nothing is. */
export function mapReferences(
  { type, attributes }: Attributes,
  map: (address: string) => string,
): JsonObject {
  return isResourceType(type) ? mapBody(RESOURCES[type], attributes, map) : attributes;
}

/** The addresses that the attributes hold. */
export function referencesOf(object: Attributes): readonly string[] {
  const found = new Set<string>();
  mapReferences(object, (address) => {
    found.add(address);
    return address;
  });
  return [...found];
}

type MapText = (address: string) => string;

function mapBody(schema: BodySchema, body: JsonObject, map: MapText): JsonObject {
  const changed: Record<string, Json> = {};
  for (const [name, { type }] of Object.entries(schema.arguments)) {
    const value = body[name];
    if (type !== "reference" || typeof value !== "string") continue;
    const mapped = map(value);
    if (mapped !== value) changed[name] = mapped;
  }
  for (const [name, block] of Object.entries(schema.blocks ?? {})) {
    const value = body[name];
    const mapped = mapBlock(block, value ?? null, map);
    if (value !== undefined && mapped !== value) changed[name] = mapped;
  }
  return Object.keys(changed).length === 0 ? body : { ...body, ...changed };
}

function mapBlock(block: NestedBlockSchema, value: Json, map: MapText): Json {
  if (Array.isArray(value)) {
    const each = (value as readonly Json[]).map((member) => mapBlock(block, member, map));
    return each.every((member, at) => member === value[at]) ? value : each;
  }
  if (!isJsonObject(value)) return value;
  if (block.variants === undefined) return mapBody(block.body, value, map);
  const { type } = value;
  const variant = typeof type === "string" ? block.variants[type] : undefined;
  return variant === undefined ? value : mapBody(variant, value, map);
}
