import type { ResourceSchema } from "./block-schema.ts";

const COUNT = { type: "number", default: 0, minimum: 0, integer: true } as const;

/** Each class reaches a century ahead at most, so that every end is a date that calendars and clocks can hold. */
const CENTURY = { days: 36_500, weeks: 5200, months: 1200, years: 100 } as const;

/** How long recovery points are kept. */
export const RETENTION = {
  type: "retention",
  description: "How long recovery points are kept, by class. A class of 0 keeps nothing.",
  use: "Write one for each rule that your organisation has, and let policies share them. A point stays while at least one class keeps it. Two kinds of point stay in any case: the newest of a database, until there is a newer one, and a point that another kept one needs.\n\nShortening a retention ends the life of points that exist. The plan lists each of them with its new date before anything happens.",
  status:
    "`prune` removes what no class keeps. Of dead logs it takes those of imported backups of which all is known (docs/retention.md, rule 11); others go when their days are over.",
  example: `retention "long" {
  daily    = 35
  weekly   = 8
  monthly  = 24
  yearly   = 7
  timezone = "America/Los_Angeles"
}
`,
  arguments: {
    daily: {
      type: "number",
      required: true,
      minimum: 1,
      maximum: CENTURY.days,
      integer: true,
      description: "Days for which every point is kept, to the end of the last day.",
      example: "10",
      note: "A point made on 1 February with `daily = 10` is kept to the end of 11 February.",
    },
    weekly: {
      ...COUNT,
      maximum: CENTURY.weeks,
      description: "Weeks for which one point of each week is kept.",
      example: "4",
      note: "The weeks count from the end of the week in which the point was made; so do months and years.",
    },
    monthly: {
      ...COUNT,
      maximum: CENTURY.months,
      description: "Months for which one point of each month is kept.",
      example: "12",
    },
    yearly: {
      ...COUNT,
      maximum: CENTURY.years,
      description: "Years for which one point of each year is kept.",
      example: "7",
    },
    timezone: {
      type: "timezone",
      description: "The IANA time zone in which days end; the policy's where absent.",
      example: '"Europe/Berlin"',
    },
    week_starts: {
      type: "string",
      default: "monday",
      values: ["monday", "saturday", "sunday"],
      description: "The first day of a week.",
      example: '"sunday"',
    },
    representative: {
      type: "string",
      default: "latest",
      values: ["latest", "oldest"],
      description: "Which point of a week, month or year stands for it.",
      example: '"oldest"',
    },
    dead_logs: {
      type: "string",
      default: "purge",
      values: ["purge", "keep"],
      description:
        "What happens to logs whose full or differential, or a log in between, is gone: nothing can be restored with them.",
      example: '"keep"',
      note: "With `keep` they stay until their days are over, for somebody who has what they need elsewhere. They are never offered for a restore.",
    },
    legal_hold: {
      type: "bool",
      default: false,
      description: "While true, no point under this retention is purged.",
      example: "true",
    },
  },
} as const satisfies ResourceSchema;
