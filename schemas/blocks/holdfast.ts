import type { ResourceSchema } from "./block-schema.ts";

/** Settings of the whole configuration; not a resource. */
export const HOLDFAST = {
  type: "holdfast",
  labels: [],
  description: "Settings of the whole configuration.",
  use: "Write it at most once, and only for what differs from the defaults. A configuration without it keeps its catalog in `.holdfast/catalog.db`.",
  status: "This version keeps the catalog in a local file only.",
  example: `holdfast {
  required_version = ">= 0.1, < 1.0"
  purge_grace      = "14d"

  catalog "local" {
    path = "./state/catalog.db"
  }

  prices {
    storage_gib_month = 0.02
  }
}
`,
  arguments: {
    required_version: {
      type: "string",
      description: "Versions of Holdfast that may be used.",
      example: '">= 0.1, < 1.0"',
      note: "Operators are `=`, `!=`, `>`, `>=`, `<`, `<=` and `~>`; parts between commas must all hold.",
    },
    features: {
      type: "string_set",
      default: [],
      values: ["isolated_copy"],
      description: "Features that must be listed to be used.",
      example: '["isolated_copy"]',
      note: "`isolated_copy` makes a copy of each database, which Azure bills.",
    },
    purge_grace: {
      type: "duration",
      default: "7d",
      description: "How long a purge of recovery points can be undone.",
      example: '"14d"',
    },
  },
  blocks: {
    catalog: {
      absent: "defaults",
      description: "Where the catalog is kept.",
      note: "The catalog is the state: what was applied, which points exist, what jobs did.",
      defaultVariant: "local",
      variants: {
        local: {
          arguments: {
            path: {
              type: "path",
              default: ".holdfast/catalog.db",
              description: "The file of the catalog.",
              example: '"./state/catalog.db"',
            },
          },
        },
        azure: {
          arguments: {
            account_url: {
              type: "url",
              required: true,
              description: "The URL of the storage account's Table endpoint.",
              example: '"https://contosobackup.table.core.windows.net"',
            },
            credential: {
              type: "reference",
              target: "credential",
              description: "How to sign in; as the environment says where absent.",
              example: "credential.storage",
            },
          },
        },
      },
    },
    prices: {
      absent: "null",
      description: "Prices for estimates.",
      body: {
        arguments: {
          storage_gib_month: {
            type: "number",
            minimum: 0,
            description: "Price of one GiB kept for one month.",
            example: "0.02",
          },
          dtu_hour: {
            type: "number",
            minimum: 0,
            description: "Price of one DTU of an Azure SQL database for one hour.",
            example: "0.002",
            note: "With it the plan says what the copies of the method `isolated_copy` cost; of tiers that count vCores, with `vcore_hour`.",
          },
          vcore_hour: {
            type: "number",
            minimum: 0,
            description: "Price of one vCore of an Azure SQL database for one hour.",
            example: "0.25",
          },
        },
      },
    },
    sync: {
      absent: "defaults",
      description: "What `holdfast sync` may do by itself.",
      body: {
        arguments: {
          auto_apply: {
            type: "string",
            default: "none",
            values: ["none", "non_destructive"],
            description: "Which plans `sync` applies without asking.",
            example: '"non_destructive"',
            note: "`non_destructive`: those that take nothing from recovery points or from their protection. The rest, and with `none` every plan, waits for approval.",
          },
        },
      },
    },
    approvals: {
      absent: "defaults",
      description: "How many people must approve a plan.",
      body: {
        arguments: {
          purge: {
            type: "number",
            default: 0,
            minimum: 0,
            integer: true,
            description:
              "Approvals that a plan needs which purges recovery points, or which changes this block.",
            example: "2",
          },
          keys: {
            type: "string_set",
            default: [],
            description: "Public SSH keys of those who may approve, as in .pub files.",
            example:
              '["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1uckEOGY9ElalXM2WR/OIRkO9JZL5EpIICvlbSVbSK ada@contoso.example"]',
          },
        },
      },
    },
  },
} as const satisfies ResourceSchema;
