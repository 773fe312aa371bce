import type { BlockSchema } from "./block-schema.ts";

const LABELS = ["type", "name"] as const;

/** What `data "TYPE" "NAME"` can ask for. Read when planning, never recorded. */
export const DATA_SOURCES = {
  sql_servers: {
    type: "sql_servers",
    labels: LABELS,
    description: "The SQL servers of an Azure subscription.",
    use: "Asks Azure which SQL servers there are, so that a configuration can follow a subscription instead of repeating it.",
    status: "This version cannot ask Azure: reading this data source is refused.",
    example: `data "sql_servers" "all" {
  credential      = credential.azure
  subscription_id = "3b241101-e2bb-4255-8caf-4136c566a003"
}

credential "azure" {
  type = "entra_default"
}
`,
    arguments: {
      credential: {
        type: "reference",
        target: "credential",
        description: "How to sign in.",
        example: "credential.azure",
        note: "Absent means as the environment says.",
      },
      subscription_id: {
        type: "string",
        description: "The subscription.",
        example: '"3b241101-e2bb-4255-8caf-4136c566a003"',
      },
    },
  },
  databases: {
    type: "databases",
    labels: LABELS,
    description: "The databases of a server.",
    use: "Asks a server which databases it has, for outputs and checks. A backup set needs no data source to find databases: its globs do that at every backup.",
    example: `data "databases" "orders" {
  server = server.orders
}
`,
    arguments: {
      server: {
        type: "reference",
        target: "server",
        required: true,
        description: "The server.",
        example: "server.orders",
      },
    },
  },
  recovery_points: {
    type: "recovery_points",
    labels: LABELS,
    description: "The recovery points of a backup set.",
    use: "Asks the catalog which points a backup set has, for outputs and for checks such as: there is a point of today.",
    example: `data "recovery_points" "orders" {
  backup_set = backup_set.orders
}
`,
    arguments: {
      backup_set: {
        type: "reference",
        target: "backup_set",
        required: true,
        description: "The backup set.",
        example: "backup_set.orders",
      },
    },
  },
} as const satisfies Readonly<Record<string, BlockSchema>>;
