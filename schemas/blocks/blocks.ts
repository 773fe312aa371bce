import type { BlockSchema } from "./block-schema.ts";
import { CHECK } from "./check.ts";
import { DATA_SOURCES } from "./data-sources.ts";
import { HOLDFAST } from "./holdfast.ts";
import { IMPORT } from "./import.ts";
import { LOCALS } from "./locals.ts";
import { MODULE } from "./module.ts";
import { MOVED } from "./moved.ts";
import { REMOVED } from "./removed.ts";
import { RESOURCES } from "./resources.ts";
import { OUTPUT_BLOCK, VARIABLE_BLOCK } from "./variable.ts";

const NAMED: readonly string[] = ["name"];

/** A block of the top level of a file, and what it takes beside its own arguments. */
export interface RootBlock {
  readonly schema: BlockSchema;
  readonly labels: readonly string[];
  /** `for_each`, `count` and `depends_on`, and nested `lifecycle` and `dynamic`. */
  readonly hasInstances: boolean;
}

/** Every block that a file may hold but `data`, in the order of the reference pages. */
export const ROOT_BLOCKS: readonly RootBlock[] = [
  plain(HOLDFAST),
  ...Object.values(RESOURCES).map((schema) => ({ schema, labels: NAMED, hasInstances: true })),
  ...[VARIABLE_BLOCK, LOCALS, OUTPUT_BLOCK, MODULE, CHECK, MOVED, REMOVED, IMPORT].map(plain),
];

/** What `data` blocks may ask for, each as a block of its own. */
export const DATA_BLOCKS: readonly RootBlock[] = Object.values(DATA_SOURCES).map((schema) => ({
  schema,
  labels: schema.labels,
  hasInstances: true,
}));

function plain(schema: BlockSchema): RootBlock {
  return { schema, labels: schema.labels ?? NAMED, hasInstances: false };
}
