import type { NestedBlockSchema, ResourceSchema } from "./block-schema.ts";

function scheduled(description: string) {
  return {
    absent: "null",
    description,
    body: {
      arguments: {
        schedule: {
          type: "schedule",
          required: true,
          description: "Cron expression of five fields, by the policy's clock.",
        },
      },
    },
  } as const satisfies NestedBlockSchema;
}

const EVERY = {
  type: "duration",
  required: true,
  description: "The time from the end of one backup to the start of the next.",
} as const;

/** When and how backups are taken, and how long they are kept. */
export const POLICY = {
  type: "policy",
  description: "When and how backups are taken, and how long they are kept.",
  arguments: {
    method: {
      type: "string",
      required: true,
      values: ["snapshot", "cdc", "isolated_copy", "native", "files"],
      description: "How the data is read.",
    },
    retention: {
      type: "reference",
      target: "retention",
      required: true,
      description: "How long the points are kept.",
    },
    timezone: {
      type: "timezone",
      default: "UTC",
      defaultFrom: { reference: "retention", argument: "timezone" },
      description: "The IANA time zone of the schedules; its retention's where absent, then UTC.",
    },
    bandwidth_limit: {
      type: "byte_size",
      description: "Bytes a second for scheduled backups. A manual backup ignores it.",
    },
  },
  blocks: {
    full: scheduled("Full backups."),
    differential: scheduled("Differential backups: what changed since the last full."),
    log: {
      absent: "null",
      description: "Transaction log backups.",
      body: { arguments: { every: EVERY } },
    },
    cdc: {
      absent: "null",
      description: "Backups of the changes that Change Data Capture recorded.",
      body: {
        arguments: { every: EVERY },
        blocks: {
          cdc_profile: {
            absent: "defaults",
            description: "The settings that Change Data Capture must have on the server.",
            body: {
              arguments: {
                continuous: {
                  type: "bool",
                  default: true,
                  description: "The capture job runs continuously.",
                },
                retention: {
                  type: "duration",
                  default: "3d",
                  description: "How long the server keeps captured changes; at least one day.",
                },
                all_tables: {
                  type: "bool",
                  default: true,
                  description: "Every table is captured.",
                },
                all_columns: {
                  type: "bool",
                  default: true,
                  description: "Every column of a captured table is captured.",
                },
              },
            },
          },
        },
      },
    },
    window: {
      absent: "null",
      description: "When scheduled backups may start.",
      body: {
        arguments: {
          start: {
            type: "string",
            required: true,
            description: "Time of day (22:00) by the policy's clock.",
          },
          duration: { type: "duration", required: true, description: "How long it stays open." },
        },
      },
    },
  },
} as const satisfies ResourceSchema;
