import type { Json, JsonObject } from "../../core/kit/json.ts";
import type { BodySchema, NestedBlockSchema } from "../blocks/block-schema.ts";
import { DYNAMIC } from "../blocks/dynamic.ts";
import { META_ARGUMENTS } from "../blocks/meta-arguments.ts";
import { argumentJsonSchema } from "./argument-json-schema.ts";

/** Editors read this draft best (docs/decisions/0010-json-schema-draft.md). */
export const DRAFT = "http://json-schema.org/draft-07/schema#";

/** Any property with this name is a comment. */
export const COMMENTS: JsonObject = { "^//$": true };

/** Schemas by name, to which others refer as `#/definitions/NAME`. */
export type Definitions = Record<string, JsonObject>;

export interface BodyPlace {
  /** What the definition of the body is called: `server.tls`. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** `for_each` and the like, `lifecycle`, and `dynamic` for nested blocks, as blocks with an address have them. */
  readonly hasInstances: boolean;
  /** Whether `dynamic` may make the nested blocks. */
  readonly hasDynamic: boolean;
}

export function refTo(name: string): JsonObject {
  return { $ref: `#/definitions/${name}` };
}

interface Limits {
  readonly minItems?: number;
  readonly maxItems?: number;
}

/** The block may stand once. */
export const ONCE: Limits = { maxItems: 1 };

/** One body of a block, or several in an array. */
export function bodies(one: JsonObject, limits: Limits = {}): JsonObject {
  return { anyOf: [one, { type: "array", items: one, ...limits }] };
}

const NAME = "[A-Za-z_][A-Za-z0-9_-]*";

/** An object with a name for each property, or several such objects in an array. */
export function byName(value: JsonObject): JsonObject {
  return bodies({
    type: "object",
    propertyNames: { pattern: `^(//|${NAME})$` },
    patternProperties: COMMENTS,
    additionalProperties: value,
  });
}

/** Adds the body to the definitions under its name, and what it refers to. */
export function defineBody(body: BodySchema, place: BodyPlace, into: Definitions): void {
  // Its place is taken before its parts are defined, so that a reader meets the whole first.
  into[place.name] = {};
  const properties: Record<string, Json> = {};
  const meta: BodySchema["arguments"] = place.hasInstances ? META_ARGUMENTS : {};
  for (const [name, argument] of Object.entries({ ...body.arguments, ...meta })) {
    properties[name] = argumentJsonSchema(argument);
  }
  for (const [name, nested] of Object.entries(body.blocks ?? {})) {
    const inner = { ...place, name: `${place.name}.${name}`, hasInstances: false };
    properties[name] = defineNested(nested, { ...inner, title: name }, into);
  }
  if (place.hasInstances) properties["lifecycle"] = bodies(refTo("lifecycle"), ONCE);
  const dynamic = place.hasDynamic ? dynamicBlocks(body, place.name, into) : undefined;
  if (dynamic !== undefined) properties["dynamic"] = dynamic;
  const rules = [...groupRules(body), ...nestedRules(body, dynamic !== undefined)];
  const required = Object.keys(body.arguments).filter((name) => body.arguments[name]?.required);
  into[place.name] = {
    title: place.title,
    description: place.description,
    type: "object",
    properties,
    patternProperties: COMMENTS,
    additionalProperties: body.inputs === true,
    ...(required.length === 0 ? {} : { required }),
    ...(rules.length === 0 ? {} : { allOf: rules }),
  };
}

function defineNested(nested: NestedBlockSchema, place: BodyPlace, into: Definitions): JsonObject {
  const { description } = nested;
  const limits: Limits = {
    ...(nested.required === true ? { minItems: 1 } : {}),
    ...(nested.repeatable === true ? {} : ONCE),
  };
  if (nested.variants === undefined) {
    defineBody(nested.body, { ...place, description }, into);
    const { labels = [] } = nested;
    const value = bodies(refTo(place.name), limits);
    return { description, ...labels.reduceRight<JsonObject>(byName, value) };
  }
  const labels = Object.entries(nested.variants).map(([label, body]) => {
    const name = `${place.name}.${label}`;
    const title = `${place.title} "${label}"`;
    defineBody(body, { ...place, name, title, description }, into);
    return [label, bodies(refTo(name), ONCE)] as const;
  });
  const chosen = {
    type: "object",
    properties: Object.fromEntries(labels),
    patternProperties: COMMENTS,
    additionalProperties: false,
    oneOf: labels.map(([label]) => ({ required: [label] })),
  };
  return { description, ...bodies(chosen, limits) };
}

/** `dynamic` with the types of the nested blocks that it can make; undefined where there are none. */
function dynamicBlocks(body: BodySchema, outer: string, into: Definitions): JsonObject | undefined {
  const name = `${outer}.dynamic`;
  const types = Object.entries(body.blocks ?? {}).map(([type, block]) => {
    const inner = `${outer}.${type}`;
    const contents =
      block.variants === undefined
        ? [refTo(inner)]
        : Object.keys(block.variants).map((label) => refTo(`${inner}.${label}`));
    into[`${name}.${type}`] = dynamicBody(contents);
    return [type, bodies(refTo(`${name}.${type}`))] as const;
  });
  if (types.length === 0) return undefined;
  into[name] = {
    type: "object",
    properties: Object.fromEntries(types),
    patternProperties: COMMENTS,
    additionalProperties: false,
  };
  return { description: DYNAMIC.description, ...bodies(refTo(name)) };
}

function dynamicBody(contents: readonly JsonObject[]): JsonObject {
  const [only] = contents;
  const content = contents.length === 1 && only !== undefined ? only : { anyOf: contents };
  const { for_each, iterator, labels } = DYNAMIC.arguments;
  return {
    type: "object",
    properties: {
      for_each: argumentJsonSchema(for_each),
      iterator: argumentJsonSchema(iterator),
      labels: argumentJsonSchema(labels),
      content: { description: DYNAMIC.blocks.content.description, ...bodies(content, ONCE) },
    },
    patternProperties: COMMENTS,
    additionalProperties: false,
    required: ["for_each", "content"],
  };
}

/** Set, and not to null. */
function isSet(name: string): JsonObject {
  return { required: [name], properties: { [name]: { not: { type: "null" } } } };
}

function groupRules({ exactlyOne = [], atMostOne = [] }: BodySchema): readonly JsonObject[] {
  const none = (group: readonly string[]) => ({ not: { anyOf: group.map(isSet) } });
  return [
    ...exactlyOne.map((group) => ({ oneOf: group.map(isSet) })),
    ...atMostOne.map((group) => ({ oneOf: [none(group), ...group.map(isSet)] })),
  ];
}

/** A nested block that is required may also be made by `dynamic`. */
function nestedRules({ blocks = {} }: BodySchema, hasDynamic: boolean): readonly JsonObject[] {
  return Object.entries(blocks)
    .filter(([, block]) => block.required === true)
    .map(([name]) =>
      hasDynamic
        ? { anyOf: [{ required: [name] }, { required: ["dynamic"] }] }
        : { required: [name] },
    );
}
