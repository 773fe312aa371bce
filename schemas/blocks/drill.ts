import type { ResourceSchema } from "./block-schema.ts";

/** A restore that is tried by schedule, so that recovery is proven and not hoped for. */
export const DRILL = {
  type: "drill",
  description: "A restore that is tried by schedule.",
  use: "Write one for each backup set whose recovery you want proven, not hoped for. Name a server for it that has room for another copy of the databases.",
  status: "This version records drills; nothing runs them yet.",
  example: `drill "orders" {
  backup_set = backup_set.orders
  schedule   = "0 3 * * SUN"

  target {
    server = server.standby
  }

  assert {}
}

server "standby" {
  kind       = "sql_server"
  host       = "standby.contoso.example"
  credential = credential.ci
}
`,
  arguments: {
    backup_set: {
      type: "reference",
      target: "backup_set",
      required: true,
      description: "The backup set whose newest points are restored.",
      example: "backup_set.orders",
    },
    schedule: {
      type: "schedule",
      required: true,
      description: "Cron expression of five fields.",
      example: '"0 3 * * SUN"',
    },
  },
  blocks: {
    target: {
      absent: "null",
      description: "Where the restore goes.",
      body: {
        arguments: {
          server: {
            type: "reference",
            target: "server",
            description: "The server to restore to.",
            example: "server.standby",
          },
        },
      },
    },
    assert: {
      absent: "null",
      description: "What must hold of the restored database.",
      note: "The block is empty so far: a restore that completes has passed.",
      body: { arguments: {} },
    },
  },
} as const satisfies ResourceSchema;
