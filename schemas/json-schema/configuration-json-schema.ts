import type { Json, JsonObject } from "../../core/kit/json.ts";
import { DATA_BLOCKS, ROOT_BLOCKS, type RootBlock } from "../blocks/blocks.ts";
import { HOLDFAST } from "../blocks/holdfast.ts";
import { LIFECYCLE } from "../blocks/meta-arguments.ts";
import { TEMPLATE } from "./argument-json-schema.ts";
import {
  bodies,
  byName,
  COMMENTS,
  type Definitions,
  DRAFT,
  defineBody,
  ONCE,
  refTo,
} from "./body-json-schema.ts";

/** The JSON Schema of a whole `*.hcl.json` file. */
export function configurationJsonSchema(): JsonObject {
  const { definitions, properties } = describeAll();
  return {
    $schema: DRAFT,
    title: "Holdfast configuration",
    description: "A configuration file of Holdfast in JSON syntax (*.hcl.json).",
    ...bodies(refTo("configuration")),
    definitions: {
      configuration: {
        type: "object",
        properties,
        patternProperties: COMMENTS,
        additionalProperties: false,
      },
      ...definitions,
    },
  };
}

/** The JSON Schema of the body of each block, by type; of a data source as `data.TYPE`. */
export function blockJsonSchemas(): ReadonlyMap<string, JsonObject> {
  const { definitions } = describeAll();
  const names = [
    ...ROOT_BLOCKS.map(({ schema }) => schema.type),
    ...DATA_BLOCKS.map(({ schema }) => `data.${schema.type}`),
    "lifecycle",
  ];
  return new Map(names.map((name) => [name, standAlone(name, definitions)]));
}

function standAlone(name: string, definitions: Definitions): JsonObject {
  const { title = name, description = "" } = definitions[name] ?? {};
  const needed = reachable(name, definitions);
  return {
    $schema: DRAFT,
    title,
    description,
    allOf: [refTo(name)],
    definitions: Object.fromEntries(
      Object.entries(definitions).filter(([each]) => needed.has(each)),
    ),
  };
}

function describeAll(): {
  readonly definitions: Definitions;
  readonly properties: Record<string, Json>;
} {
  const definitions: Definitions = { template: TEMPLATE };
  for (const block of ROOT_BLOCKS) define(block, block.schema.type, definitions);
  for (const block of DATA_BLOCKS) define(block, `data.${block.schema.type}`, definitions);
  const { description } = LIFECYCLE;
  const place = { name: "lifecycle", title: "lifecycle", description };
  defineBody(LIFECYCLE, { ...place, hasInstances: false, hasDynamic: false }, definitions);
  const properties = Object.fromEntries(ROOT_BLOCKS.map(rootProperty));
  return { definitions, properties: { ...properties, data: dataBlocks() } };
}

function define(
  { schema, labels, hasInstances }: RootBlock,
  name: string,
  into: Definitions,
): void {
  const title = [name, ...labels.map((label) => `"${label.toUpperCase()}"`)].join(" ");
  const { description } = schema;
  const hasDynamic = hasInstances || schema === HOLDFAST;
  defineBody(schema, { name, title, description, hasInstances, hasDynamic }, into);
}

function rootProperty({ schema, labels }: RootBlock): readonly [string, JsonObject] {
  const { type, description } = schema;
  const one = refTo(type);
  const isSingle = type === "holdfast";
  const value = labels.length === 0 ? bodies(one, isSingle ? ONCE : {}) : byName(bodies(one, ONCE));
  return [type, { description, ...value }];
}

function dataBlocks(): JsonObject {
  const types = DATA_BLOCKS.map(({ schema: { type, description } }) => {
    return [type, { description, ...byName(bodies(refTo(`data.${type}`), ONCE)) }] as const;
  });
  return {
    description: "What is read from servers and from the catalog while planning.",
    ...bodies({
      type: "object",
      properties: Object.fromEntries(types),
      patternProperties: COMMENTS,
      additionalProperties: false,
    }),
  };
}

/** The definitions that one needs, itself included. */
function reachable(name: string, definitions: Definitions): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (each: string): void => {
    if (found.has(each)) return;
    found.add(each);
    for (const [, next = ""] of JSON.stringify(definitions[each]).matchAll(
      /"\$ref":"#\/definitions\/([^"]+)"/g,
    )) {
      visit(next);
    }
  };
  visit(name);
  return found;
}
