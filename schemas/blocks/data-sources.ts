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
        description: "The identifier of the subscription.",
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

output "databases" {
  value = data.databases.orders.names
}
`,
    arguments: {
      server: {
        type: "reference",
        target: "server",
        required: true,
        description: "The server that is asked.",
        example: "server.orders",
      },
    },
    results: {
      names: {
        type: "list(string)",
        description: "The names of the user databases, in alphabetical order.",
      },
      databases: {
        type: "list(object)",
        description: "All databases, system databases too, in alphabetical order.",
        attributes: {
          name: { type: "string", description: "The name." },
          state: { type: "string", description: "`online`, or why it is not." },
          recovery_model: { type: "string", description: "`full`, `bulk_logged` or `simple`." },
          snapshot_isolation: {
            type: "string",
            description: "Whether snapshot isolation is `on`, `off` or `in_transition`.",
          },
          is_system: { type: "bool", description: "Whether it is a system database." },
          is_read_only: { type: "bool", description: "Whether it is read-only." },
          is_encrypted: { type: "bool", description: "Whether the server encrypts it." },
          collation: { type: "string", description: "The default collation." },
          compatibility_level: { type: "number", description: "Such as 160." },
        },
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

check "protected" {
  assert {
    condition     = length(data.recovery_points.orders.recovery_points) > 0
    error_message = "The orders have no recovery point. Run: holdfast backup orders"
  }
}
`,
    arguments: {
      backup_set: {
        type: "reference",
        target: "backup_set",
        required: true,
        description: "The backup set whose points are listed.",
        example: "backup_set.orders",
      },
    },
    results: {
      recovery_points: {
        type: "list(object)",
        description: "The points, oldest first, each as `points -json` lists it.",
        attributes: {
          id: { type: "string", description: "What `restore` takes." },
          backup_set: { type: "string", description: "The address of the backup set." },
          server: { type: "string", description: "The address of the server." },
          database: { type: "string", description: "The name of the database." },
          type: {
            type: "string",
            description: "`full`, `differential`, `log`, `tail` or `cdc`.",
          },
          method: { type: "string", description: "The [method](policy.md#methods)." },
          trigger: { type: "string", description: "What started the backup." },
          started_at: {
            type: "string",
            description: "When it began. Times carry the offset of the policy's time zone.",
          },
          created_at: { type: "string", description: "When it was complete." },
          tier: { type: "string", description: "`hot`, `warm` or `cold`." },
          expires_at: {
            type: "string",
            description: "When its retention ends; null while nothing ends it.",
          },
          retained_by: {
            type: "list(string)",
            description:
              "Why it is kept: classes of its retention, `newest`, `dependency`, `legal_hold`, `frozen`.",
          },
          base: { type: "string", description: "The point that it needs, or null." },
          converted_from: {
            type: "string",
            description: "The type that was asked for, where another was made; else null.",
          },
          conversion_reason: { type: "string", description: "Why, or null." },
          consistency: { type: "string", description: "`transactional` or `fuzzy`." },
          bytes_read: { type: "number", description: "What was read from the server." },
          bytes_stored: { type: "number", description: "What was added to the vault." },
          restorable: { type: "bool", description: "Whether it can be restored." },
          suspect: {
            type: "string",
            description: "`entropy` or `rewritten` where a tripwire made it suspect; else null.",
          },
        },
      },
    },
  },
} as const satisfies Readonly<Record<string, BlockSchema>>;
