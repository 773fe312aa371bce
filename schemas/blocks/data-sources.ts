import type { ResourceSchema } from "./block-schema.ts";

/** What `data "TYPE" "NAME"` can ask for. Read when planning, never recorded. */
export const DATA_SOURCES = {
  sql_servers: {
    type: "sql_servers",
    description: "The SQL servers of an Azure subscription.",
    arguments: {
      credential: { type: "reference", target: "credential", description: "How to sign in." },
      subscription_id: { type: "string", description: "The subscription." },
    },
  },
  databases: {
    type: "databases",
    description: "The databases of a server.",
    arguments: {
      server: { type: "reference", target: "server", required: true, description: "The server." },
    },
  },
  recovery_points: {
    type: "recovery_points",
    description: "The recovery points of a backup set.",
    arguments: {
      backup_set: {
        type: "reference",
        target: "backup_set",
        required: true,
        description: "The backup set.",
      },
    },
  },
} as const satisfies Readonly<Record<string, ResourceSchema>>;
