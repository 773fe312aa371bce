import type { ResourceSchema } from "./block-schema.ts";

const COUNT = { type: "number", default: 0, minimum: 0, integer: true } as const;

/** How long recovery points are kept. */
export const RETENTION = {
  type: "retention",
  description: "How long recovery points are kept, by class. A class of 0 keeps nothing.",
  arguments: {
    daily: {
      type: "number",
      required: true,
      minimum: 1,
      integer: true,
      description: "Days for which every point is kept, to the end of the last day.",
    },
    weekly: { ...COUNT, description: "Weeks for which one point of each week is kept." },
    monthly: { ...COUNT, description: "Months for which one point of each month is kept." },
    yearly: { ...COUNT, description: "Years for which one point of each year is kept." },
    timezone: { type: "timezone", description: "The IANA time zone in which days end." },
    week_starts: {
      type: "string",
      default: "monday",
      values: ["monday", "saturday", "sunday"],
      description: "The first day of a week.",
    },
    representative: {
      type: "string",
      default: "latest",
      values: ["latest", "oldest"],
      description: "Which point of a week, month or year stands for it.",
    },
    legal_hold: {
      type: "bool",
      default: false,
      description: "While true, no point under this retention is purged.",
    },
  },
} as const satisfies ResourceSchema;
