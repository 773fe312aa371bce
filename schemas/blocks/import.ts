import type { BlockSchema } from "./block-schema.ts";

/** `import`: something that exists already becomes an object of this configuration. */
export const IMPORT = {
  type: `import`,
  labels: [],
  description: "Something that exists already becomes an object of this configuration.",
  use: "Write one beside a block for something that was there before. The next `apply` records it under the block's address instead of making it. Afterwards the `import` block can go. Imports stand in the root of a configuration, not in a module.",
  status:
    "This version cannot import: it refuses a plan with an import of something that the catalog does not record.",
  example: `import {
  to = server.reporting
  id = "reporting.contoso.example:1433"
}

server "reporting" {
  kind       = "sql_server"
  host       = "reporting.contoso.example"
  credential = credential.ci
}
`,
  arguments: {
    to: {
      type: "address",
      required: true,
      description: "The address that it gets.",
      example: "server.reporting",
    },
    id: {
      type: "any",
      holds: "string",
      required: true,
      description: "What it is called where it exists.",
      example: '"reporting.contoso.example:1433"',
      note: "A text that is known before anything is planned.",
    },
    for_each: {
      type: "any",
      holds: "map or set of strings",
      description: "A map, or a set of strings: one object is imported for each element.",
      example: '{ eu = "eu.contoso.example:1433" }',
    },
  },
} as const satisfies BlockSchema;
