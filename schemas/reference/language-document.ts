import type { JsonObject } from "../../core/kit/json.ts";
import { DATA_BLOCKS, ROOT_BLOCKS, type RootBlock } from "../blocks/blocks.ts";
import { DYNAMIC } from "../blocks/dynamic.ts";
import { LIFECYCLE, META_ARGUMENTS } from "../blocks/meta-arguments.ts";
import { TEST_FILE_BLOCKS } from "../blocks/test-block.ts";
import { type FunctionFacts, textOf } from "./functions-page.ts";

/** All that a language server offers and explains: blocks, labels, arguments, types, functions. */
export function languageDocument(functions: readonly FunctionFacts[]): JsonObject {
  const sorted = [...functions].sort((a, b) => (a.name < b.name ? -1 : 1));
  return toJson({
    format: 1,
    blocks: ROOT_BLOCKS.map(describe),
    data: DATA_BLOCKS.map(describe),
    tests: TEST_FILE_BLOCKS,
    meta_arguments: META_ARGUMENTS,
    lifecycle: LIFECYCLE,
    dynamic: DYNAMIC,
    functions: sorted.map(explain),
  });
}

function describe({ schema, labels, hasInstances }: RootBlock) {
  return { ...schema, labels, has_instances: hasInstances };
}

function explain(facts: FunctionFacts) {
  const [description, call, result] = textOf(facts.name);
  return { ...facts, description, example: { call, result } };
}

/** Schemas are plain data; what is undefined is left out. */
function toJson(document: object): JsonObject {
  return JSON.parse(JSON.stringify(document)) as JsonObject;
}
