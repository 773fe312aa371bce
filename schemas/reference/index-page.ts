import type { BlockSchema } from "../blocks/block-schema.ts";
import { DATA_BLOCKS, ROOT_BLOCKS } from "../blocks/blocks.ts";
import { DYNAMIC } from "../blocks/dynamic.ts";
import { EXAMPLE_CONFIGURATION } from "../blocks/example-configuration.ts";
import { INSTANCES, LIFECYCLE } from "../blocks/meta-arguments.ts";
import { TEST } from "../blocks/test-block.ts";
import { GENERATED } from "./page.ts";

/** The page that lists all others. */
export function indexPage(): string {
  const objects = ROOT_BLOCKS.filter(({ hasInstances }) => hasInstances);
  const others = ROOT_BLOCKS.filter(({ hasInstances }) => !hasInstances);
  const schemas = (blocks: readonly { readonly schema: BlockSchema }[]) =>
    blocks.map(({ schema }) => schema);
  const parts = [
    GENERATED,
    "# Reference",
    "Every block of a configuration, with each argument: type, default, meaning, example. The language around the blocks (files, expressions, values of variables, addresses) is described in [The configuration language](../language.md); what the program says about mistakes in it, in [Error codes](../errors.md).",
    "## Objects",
    "These become objects of the catalog. They are planned, applied and destroyed.",
    tableOf(schemas(objects), ""),
    "## Data sources",
    "These are read while planning and never recorded.",
    tableOf(schemas(DATA_BLOCKS), "data-"),
    "## The rest of a configuration",
    tableOf(schemas(others), ""),
    "## Inside a block",
    tableOf([INSTANCES, LIFECYCLE, DYNAMIC], ""),
    "## Tests",
    "These stand in files `*.hcltest.hcl`, which are no part of a configuration: [Tests of policies](../testing.md).",
    tableOf([TEST], ""),
    "## Functions",
    "[All functions](functions.md), with their parameters.",
    "## A configuration",
    "The examples of the pages may be added to this one.",
    `\`\`\`hcl\n${EXAMPLE_CONFIGURATION}\`\`\``,
  ];
  return `${parts.join("\n\n")}\n`;
}

function tableOf(blocks: readonly BlockSchema[], prefix: string): string {
  const rows = blocks.map(({ type, description }) => {
    return `| [\`${type}\`](${prefix}${type}.md) | ${description} |`;
  });
  return `| block | what it is |\n|---|---|\n${rows.join("\n")}`;
}
