import type { JsonObject } from "../../core/kit/json.ts";
import { DATA_BLOCKS, ROOT_BLOCKS } from "../blocks/blocks.ts";
import { LIFECYCLE } from "../blocks/meta-arguments.ts";

/** What stands in `schemas/generated`, for editors and other programs: which schema is for which files. */
export function schemaIndex(): JsonObject {
  const blocks = [
    ...ROOT_BLOCKS.map(({ schema }) => ({ name: schema.type, schema })),
    ...DATA_BLOCKS.map(({ schema }) => ({ name: `data.${schema.type}`, schema })),
    { name: LIFECYCLE.type, schema: LIFECYCLE },
  ];
  return {
    schemas: [
      {
        name: "configuration",
        description: "A configuration file of Holdfast in JSON syntax.",
        fileMatch: ["*.hcl.json"],
        url: "configuration.schema.json",
      },
      {
        name: "tests",
        description: "A file of tests of policies in JSON syntax.",
        fileMatch: ["*.hcltest.json"],
        url: "tests.schema.json",
      },
      ...blocks.map(({ name, schema }) => ({
        name,
        description: schema.description,
        url: `blocks/${name}.schema.json`,
      })),
    ],
  };
}
