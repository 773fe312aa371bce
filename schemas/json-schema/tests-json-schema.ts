import type { JsonObject } from "../../core/kit/json.ts";
import type { BlockSchema } from "../blocks/block-schema.ts";
import { TEST, TEST_FILE_BLOCKS } from "../blocks/test-block.ts";
import { TEMPLATE } from "./argument-json-schema.ts";
import {
  bodies,
  COMMENTS,
  type Definitions,
  DRAFT,
  defineBody,
  ONCE,
  refTo,
} from "./body-json-schema.ts";

/** The JSON Schema of a whole `*.hcltest.json` file. */
export function testsJsonSchema(): JsonObject {
  const definitions: Definitions = { template: TEMPLATE };
  for (const block of TEST_FILE_BLOCKS) define(block, definitions);
  return {
    $schema: DRAFT,
    title: "Tests of Holdfast policies",
    description: "A file of tests of policies in JSON syntax (*.hcltest.json).",
    ...bodies(refTo("tests")),
    definitions: {
      tests: {
        type: "object",
        properties: Object.fromEntries(TEST_FILE_BLOCKS.map(property)),
        patternProperties: COMMENTS,
        additionalProperties: false,
      },
      ...definitions,
    },
  };
}

function define(block: BlockSchema, into: Definitions): void {
  const { type, description, labels = [] } = block;
  const title = [type, ...labels.map((label) => `"${label.toUpperCase()}"`)].join(" ");
  const hasDynamic = block === TEST;
  defineBody(block, { name: type, title, description, hasInstances: false, hasDynamic }, into);
}

/** The title of a test is any text. */
function property({ type, description, labels }: BlockSchema): readonly [string, JsonObject] {
  const one = refTo(type);
  if (labels?.length === 0) return [type, { description, ...bodies(one) }];
  const byTitle = {
    type: "object",
    patternProperties: COMMENTS,
    additionalProperties: bodies(one, ONCE),
  };
  return [type, { description, ...bodies(byTitle) }];
}
