import type { ResourceSchema } from "./block-schema.ts";

/** A restore that is tried by schedule, so that recovery is proven and not hoped for. */
export const DRILL = {
  type: "drill",
  description: "A restore that is tried by schedule.",
  arguments: {
    backup_set: {
      type: "reference",
      target: "backup_set",
      required: true,
      description: "The backup set whose newest points are restored.",
    },
    schedule: { type: "schedule", required: true, description: "Cron expression of five fields." },
  },
  blocks: {
    target: {
      absent: "null",
      description: "Where the restore goes.",
      body: {
        arguments: {
          server: { type: "reference", target: "server", description: "The server to restore to." },
        },
      },
    },
    assert: {
      absent: "null",
      description: "What must hold of the restored database.",
      body: { arguments: {} },
    },
  },
} as const satisfies ResourceSchema;
