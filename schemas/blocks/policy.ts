import type { NestedBlockSchema, ResourceSchema } from "./block-schema.ts";

function scheduled<D extends string, E extends string>(description: D, example: E) {
  return {
    absent: "null",
    description,
    body: {
      arguments: {
        schedule: {
          type: "schedule",
          required: true,
          description: "Cron expression of five fields, by the policy's clock.",
          example,
          note: "Minute, hour, day of the month, month, day of the week; or a nickname such as `@daily`. A time that summer time skips runs right after the gap, one that it repeats runs once.",
        },
      },
    },
  } as const satisfies NestedBlockSchema;
}

const EVERY = {
  type: "duration",
  required: true,
  description: "The time from the end of one backup to the start of the next.",
  example: '"30m"',
} as const;

/** When and how backups are taken, and how long they are kept. */
export const POLICY = {
  type: "policy",
  description: "When and how backups are taken, and how long they are kept.",
  use: "Write one for each class of protection, and let backup sets share them: a change of the policy changes them all, and the plan says what it means for each.\n\nA type of backup is scheduled when its block is there: `full`, `differential`, `log`, `cdc`. `holdfast run` follows the schedules; `holdfast backup` backs up at any time, whatever they say.",
  status:
    "This version takes backups by the methods `snapshot`, `cdc` and `isolated_copy`; `backup` refuses the others.",
  example: `policy "silver" {
  method    = "native"
  retention = retention.standard

  full { schedule = "0 22 * * SUN" }
  differential { schedule = "0 22 * * MON-SAT" }

  window {
    start    = "22:00"
    duration = "6h"
  }
}

policy "gold" {
  method    = "native"
  retention = retention.standard

  full { schedule = "0 12 * * WED" }
  differential { schedule = "0 21 * * *" }
  log { every = "30m" }
}
`,
  arguments: {
    method: {
      type: "string",
      required: true,
      values: ["snapshot", "cdc", "isolated_copy", "native", "files"],
      description: "How the data is read.",
      example: '"native"',
      note: "See [methods](#methods): each runs on some kinds of server, and runs some types of backup. `validate` refuses what a method cannot run.",
    },
    retention: {
      type: "reference",
      target: "retention",
      required: true,
      description: "How long the points are kept.",
      example: "retention.standard",
    },
    timezone: {
      type: "timezone",
      default: "UTC",
      defaultFrom: { reference: "retention", argument: "timezone" },
      description: "The IANA time zone of the schedules; its retention's where absent, then UTC.",
      example: '"Europe/Berlin"',
    },
    jitter: {
      type: "duration",
      description:
        "How much later than `full.schedule` and `differential.schedule` say a backup set starts at most.",
      example: '"20m"',
      note: "Backup sets that share a policy would all start at one minute. Each starts later by a part of this time instead, spread evenly, and by the same one every day: it follows from the set's address. Intervals of `log` and `cdc` count from the end of a full or differential, so they are spread with these. What waits for a window starts when it opens, without delay. `simulate` says how much later the only backup set of a policy starts.",
    },
    bandwidth_limit: {
      type: "byte_size",
      description:
        "Bytes a second that scheduled backups send to their vault and read from it. A manual backup ignores it.",
      example: '"50MB"',
    },
  },
  blocks: {
    full: scheduled("Full backups.", '"0 12 * * WED"'),
    differential: scheduled(
      "Differential backups: what changed since the last full.",
      '"0 21 * * *"',
    ),
    log: {
      absent: "null",
      description: "Transaction log backups.",
      body: { arguments: { every: EVERY } },
    },
    cdc: {
      absent: "null",
      description: "Backups of the changes that Change Data Capture recorded.",
      note: "A full backup of the method `cdc` misses changes that are made while it runs. The cdc backup after it makes the first consistent point, so `validate` warns of a policy of that method without this block.",
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
                  example: "true",
                },
                retention: {
                  type: "duration",
                  default: "3d",
                  description: "How long the server keeps captured changes; at least one day.",
                  example: '"5d"',
                  note: "Changes that the server drops before a backup took them are lost, so leave room for backups that are missed.",
                },
                all_tables: {
                  type: "bool",
                  default: true,
                  description: "Every table is captured.",
                  example: "true",
                },
                all_columns: {
                  type: "bool",
                  default: true,
                  description: "Every column of a captured table is captured.",
                  example: "true",
                },
              },
            },
          },
        },
      },
    },
    window: {
      absent: "null",
      description:
        "When scheduled backups may start. What is due while it is closed starts when it opens, once for each type; a backup that runs when it closes goes on.",
      note: "It holds back `log` and `cdc` as well, and with them the newest instant that can be restored to: `validate` warns where it is closed for longer than their interval.",
      body: {
        arguments: {
          start: {
            type: "string",
            required: true,
            description: "Time of day by the policy's clock, from `00:00` to `23:59`.",
            example: '"22:00"',
          },
          duration: {
            type: "duration",
            required: true,
            description: "How long it stays open.",
            example: '"6h"',
          },
        },
      },
    },
  },
} as const satisfies ResourceSchema;
