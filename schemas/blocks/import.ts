import type { BlockSchema } from "./block-schema.ts";

/** `import`: something that exists already becomes an object of this configuration. */
export const IMPORT = {
  type: `import`,
  labels: [],
  description: "Something that exists already becomes an object of this configuration.",
  use: "Write one beside a block for something that was there before: a server, a vault, databases. The plan looks whether it exists and is what the block says, and `apply` records it under the block's address instead of making it; of a vault it lists the recovery points too. Afterwards the `import` block says nothing more and can go. Imports stand in the root of a configuration, not in a module.\n\nWhere the block is missing, `holdfast plan -generate-config-out FILE` writes it. [Adoption](../adoption.md) goes through all of it.",
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
      note: "A text that is known before anything is planned. Of a server `HOST` or `HOST:PORT`; of a vault its folder, or `azblob://ACCOUNT/CONTAINER`; of a backup set `SERVER/DATABASE`, as in `server.orders/Sales`, several with semicolons between them, or `server.orders/*`; of an `azure_retention` `SERVER/DATABASE` or the resource id of the database in Azure. Other blocks exist only in a configuration and are not imported.",
    },
    for_each: {
      type: "any",
      holds: "map or set of strings",
      description: "A map, or a set of strings: one object is imported for each element.",
      example: '{ eu = "eu.contoso.example:1433" }',
    },
  },
} as const satisfies BlockSchema;
