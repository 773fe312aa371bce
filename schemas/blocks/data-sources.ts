import type { BlockSchema } from "./block-schema.ts";

const LABELS = ["type", "name"] as const;

/** What `data "TYPE" "NAME"` can ask for. Read when planning, never recorded. */
export const DATA_SOURCES = {
  sql_servers: {
    type: "sql_servers",
    labels: LABELS,
    description: "The SQL servers of an Azure subscription.",
    use: "Asks Azure which SQL servers there are: logical servers, managed instances and virtual machines with SQL Server, with their databases and tiers, so that a configuration can follow a subscription instead of repeating it. The identity needs the role Reader. [Azure](../azure.md) says how it gets it.",
    example: `data "sql_servers" "all" {
  credential      = credential.azure
  subscription_id = "3b241101-e2bb-4255-8caf-4136c566a003"
  names           = ["orders-*"]
}

output "databases" {
  value = { for server in data.sql_servers.all.servers : server.name => server.databases[*].name }
}

credential "azure" {
  type = "entra_default"
}
`,
    arguments: {
      credential: {
        type: "reference",
        target: "credential",
        description: "How to sign in: an identity of Entra.",
        example: "credential.azure",
        note: "Absent means as the environment says.",
      },
      subscription_id: {
        type: "string",
        description: "The identifier of the subscription.",
        example: '"3b241101-e2bb-4255-8caf-4136c566a003"',
        note: "Absent means what AZURE_SUBSCRIPTION_ID says.",
      },
      resource_group: {
        type: "string",
        description: "The resource group to look in.",
        example: '"databases"',
        note: "Absent means the whole subscription.",
      },
      names: {
        type: "patterns",
        default: ["*"],
        description:
          "Names of servers, or globs: `*` stands for any run of characters, `?` for one.",
        example: '["orders-*"]',
      },
      retention: {
        type: "bool",
        default: false,
        description: "Whether to ask how long Azure keeps its own backups of each database.",
        example: "true",
        note: "Two more requests for each database.",
      },
    },
    results: {
      names: {
        type: "list(string)",
        description: "The names of the servers, in the order of `servers`.",
      },
      servers: {
        type: "list(object)",
        description: "The servers, by kind, then name.",
        attributes: {
          kind: {
            type: "string",
            description:
              "`azure_sql`, `managed_instance` or `azure_vm`, as a [server](server.md) says it.",
          },
          name: { type: "string", description: "The short name in Azure." },
          id: {
            type: "string",
            description: "The resource id; an [import](import.md) of a server takes it.",
          },
          host: {
            type: "string",
            description:
              "What to connect to; null of a virtual machine, which Azure knows no such name of.",
          },
          subscription_id: { type: "string", description: "Where it stands." },
          resource_group: { type: "string", description: "Where it stands." },
          location: { type: "string", description: "The region: `westeurope`." },
          state: { type: "string", description: "As Azure says it: `Ready`; or null." },
          is_public: {
            type: "bool",
            description:
              "Whether it takes connections at public addresses; null where Azure does not say.",
          },
          tier: {
            type: "string",
            description:
              "Of a managed instance, such as `GeneralPurpose`; null of others, whose databases have tiers.",
          },
          databases: {
            type: "list(object)",
            description:
              "The user databases, in alphabetical order; empty of a virtual machine, whose SQL Server tells them.",
            attributes: {
              name: { type: "string", description: "The name." },
              status: {
                type: "string",
                description: "As Azure says it: `Online`, `Paused`, `Copying`.",
              },
              tier: { type: "string", description: "Such as `Standard`; null on an instance." },
              objective: { type: "string", description: "Such as `S3` or `GP_Gen5_2`; or null." },
              pool: { type: "string", description: "The elastic pool, or null." },
              max_bytes: { type: "number", description: "The largest size, or null." },
              has_change_capture: {
                type: "bool",
                description:
                  "Whether its tier has change data capture; null where Azure does not say the tier.",
              },
              retention: {
                type: "object",
                description:
                  "How long Azure keeps its own backups: `days`, `differential_hours`, and `weekly`, `monthly`, `yearly` as durations such as `P4W`, and `week_of_year`, each null where that is off. Null without `retention = true`.",
              },
            },
          },
        },
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
    description: "The recovery points of a backup set or a vault, and how well they protect.",
    use: "Asks the catalog which points there are and what they are worth, for outputs and for [checks](../checks.md): how much would be lost now, how long a restore takes, what it costs. Asks no server.",
    example: `data "recovery_points" "orders" {
  backup_set = backup_set.orders
}

check "rpo" {
  assert {
    condition     = data.recovery_points.orders.rpo <= duration("24h")
    error_message = "More than a day of orders would be lost. Run: holdfast backup orders"
  }
}
`,
    arguments: {
      backup_set: {
        type: "reference",
        target: "backup_set",
        description: "The backup set whose points are listed.",
        example: "backup_set.orders",
        note: "Absent means all backup sets.",
      },
      vault: {
        type: "reference",
        target: "vault",
        description: "The vault whose points are listed.",
        example: "vault.main",
        note: "Absent means all vaults.",
      },
    },
    results: {
      rpo: {
        type: "number",
        description:
          "Seconds since the newest instant that can be restored, of the database where it is longest ago: what would be lost now. Null where a database has nothing that can be restored.",
      },
      rto: {
        type: "number",
        description:
          "Seconds that a restore of the newest point is estimated to take, of the slowest database. Null as above.",
      },
      history: {
        type: "number",
        description:
          "Seconds since the oldest instant that can be restored, of the database where it is the shortest. Null as above.",
      },
      protected_share: {
        type: "number",
        description:
          "How many of the covered databases can be restored, from 0 to 1. Null where nobody knows which databases there are.",
      },
      unprotected: {
        type: "list(string)",
        description: "The databases that are covered and cannot be restored.",
      },
      restore_age: {
        type: "number",
        description:
          "Seconds since one of these points was last restored without an error. Null where none was.",
      },
      bytes_stored: {
        type: "number",
        description: "What the points added to their vaults, in bytes.",
      },
      monthly_cost: {
        type: "number",
        description:
          "What keeping that costs in a month, by `storage_gib_month` of [prices](holdfast.md); null without a price.",
      },
      databases: {
        type: "list(object)",
        description: "The covered databases, each for itself, in alphabetical order.",
        attributes: {
          server: { type: "string", description: "The address of the server." },
          database: { type: "string", description: "The name." },
          restorable_from: {
            type: "string",
            description: "The oldest instant that can be restored; null where there is none.",
          },
          restorable_until: { type: "string", description: "The newest one, or null." },
          rpo: { type: "number", description: "As above, of this database." },
          rto: { type: "number", description: "As above, of this database." },
          rto_basis: {
            type: "string",
            description:
              "What the estimate goes by: `restore` for the slowest of the last ten restores of these points, `backup` for how long the backup took; null where there is nothing to restore.",
          },
          history: { type: "number", description: "As above, of this database." },
          points: { type: "number", description: "How many points it has." },
          bytes_stored: { type: "number", description: "What they added to their vaults." },
        },
      },
      coverage: {
        type: "list(object)",
        description: "The stretches of restorable instants, both ends included.",
        attributes: {
          server: { type: "string", description: "The address of the server." },
          database: { type: "string", description: "The name of the database." },
          from: { type: "string", description: "The first instant." },
          to: { type: "string", description: "The last instant." },
        },
      },
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
          notes: {
            type: "list(string)",
            description:
              "What there was to say of it when it was made: why it is fuzzy, what is not in it.",
          },
          suspect: {
            type: "string",
            description: "`entropy` or `rewritten` where a tripwire made it suspect; else null.",
          },
        },
      },
    },
  },
} as const satisfies Readonly<Record<string, BlockSchema>>;
