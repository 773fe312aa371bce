import type { ResourceSchema } from "./block-schema.ts";

const KEPT =
  "`PT0S` turns these backups off. Absent means: not managed, and left in Azure as it is. From a week to ten years.";

/** How long Azure SQL keeps the backups that it takes by itself. */
export const AZURE_RETENTION = {
  type: "azure_retention",
  description:
    "How long Azure SQL keeps the backups of one database that Azure takes by itself: its point-in-time restore and its long-term retention.",
  use: "Write one for each database whose own backups in Azure shall be kept for a time that stands in the configuration. They have nothing to do with recovery points: those are kept by [retention](retention.md).\n\nA plan asks Azure and compares by meaning: `P4W` is `P28D`, `P1Y` is `P12M`, and what is off is off. What somebody changed in Azure is told as drift and set back. What the block leaves out stays in Azure as it is.\n\nFewer days, or a shorter long-term retention, lose backups of Azure: the plan names what. Destroying the block ends the management only; Azure goes on keeping its backups for as long as it is set then, and Holdfast deletes none of them.",
  status:
    "`ignore_changes` keeps what is recorded, and that is what Azure is set to: leave out of the block what Azure alone shall decide.",
  example: `credential "deploy" {
  type = "entra_default"
}

server "shop" {
  kind       = "azure_sql"
  host       = "shop-sql.database.windows.net"
  credential = credential.deploy

  azure {
    subscription_id = "3b241101-e2bb-4255-8caf-4136c566a003"
    resource_group  = "databases"
  }
}

azure_retention "shop" {
  server   = server.shop
  database = "Shop"

  short_term {
    days               = 14
    differential_hours = 12
  }

  long_term {
    weekly       = "P4W"
    monthly      = "P12M"
    yearly       = "P5Y"
    week_of_year = 1
  }
}
`,
  arguments: {
    server: {
      type: "reference",
      target: "server",
      required: true,
      description: "The server on which the database is.",
      example: "server.shop",
      note: "Of kind `azure_sql` or `managed_instance`, with `subscription_id` and `resource_group` in its block `azure`.",
    },
    database: {
      type: "string",
      required: true,
      caseless: true,
      description: "The name of the database.",
      example: '"Shop"',
    },
  },
  blocks: {
    short_term: {
      absent: "null",
      description: "To which moments Azure can restore the database.",
      note: "Absent means: not managed, and left in Azure as it is.",
      body: {
        arguments: {
          days: {
            type: "number",
            required: true,
            minimum: 1,
            maximum: 35,
            integer: true,
            description: "Days for which every moment can be restored.",
            example: "14",
            note: "Fewer days than Azure has now lose the older backups at once. Databases of the tier Basic have 7 days at most.",
          },
          differential_hours: {
            type: "number",
            minimum: 12,
            maximum: 24,
            integer: true,
            description: "Hours between differential backups: 12 or 24.",
            example: "12",
            note: "A managed instance has no such setting. Absent means: not managed.",
          },
        },
      },
    },
    long_term: {
      absent: "null",
      description: "Which full backups Azure keeps for longer, as durations of ISO 8601.",
      note: "Absent means: not managed, and left in Azure as it is.",
      body: {
        arguments: {
          weekly: {
            type: "period",
            description: "How long one backup of each week is kept.",
            example: '"P4W"',
            note: KEPT,
          },
          monthly: {
            type: "period",
            description: "How long the first backup of each month is kept.",
            example: '"P12M"',
            note: KEPT,
          },
          yearly: {
            type: "period",
            description: "How long one backup of each year is kept.",
            example: '"P5Y"',
            note: KEPT,
          },
          week_of_year: {
            type: "number",
            minimum: 1,
            maximum: 52,
            integer: true,
            description: "The week whose backup is the one of the year.",
            example: "1",
            note: "Absent means: not managed; where yearly backups are turned on anew, the first week.",
          },
        },
      },
    },
  },
} as const satisfies ResourceSchema;
