import type { ArgumentSchema, BlockSchema, BodySchema } from "./block-schema.ts";
import { LOCALS } from "./locals.ts";

function times(description: string, example: string) {
  return { type: "string_set", description, example } as const satisfies ArgumentSchema;
}

const NOON = '"2017-02-01T12:00:00"';
const DONE = '"2017-02-01T16:00:00"';

/** A backup that ran. */
export const EVENT = {
  arguments: {
    started_at: { type: "string", required: true, description: "When it began.", example: NOON },
    completed_at: {
      type: "string",
      required: true,
      description: "When it ended; of a successful one, the time by which its point is known.",
      example: DONE,
    },
    database: {
      type: "string",
      default: "database",
      description: "The database; needed only where a story is about several.",
      example: '"orders"',
    },
    status: {
      type: "string",
      default: "successful",
      values: ["successful", "failed", "skipped"],
      description: "How it ended.",
      example: '"failed"',
    },
    copy_only: {
      type: "bool",
      default: false,
      description: "A full backup that no differential builds on.",
      example: "true",
    },
  },
} as const satisfies BodySchema;

const DURATIONS = {
  full: { type: "duration", default: "0s", description: "Of full backups.", example: '"4h"' },
  differential: {
    type: "duration",
    default: "0s",
    description: "Of differential backups.",
    example: '"20m"',
  },
  log: { type: "duration", default: "0s", description: "Of log backups.", example: '"30s"' },
  cdc: { type: "duration", default: "0s", description: "Of backups of changes.", example: '"1m"' },
} as const satisfies BodySchema["arguments"];

/** Every backup that the schedule of the policy asks for, each successful. */
export const SCHEDULE = {
  arguments: {
    from: {
      type: "string",
      required: true,
      description: "When the policy begins to run.",
      example: '"2017-02-01"',
    },
    databases: {
      type: "string_set",
      default: ["database"],
      description: "The databases that are backed up.",
      example: '["orders", "shop"]',
    },
  },
  blocks: {
    durations: {
      absent: "defaults",
      description: "How long backups take, by type; no time where nothing is said.",
      body: { arguments: DURATIONS },
    },
  },
} as const satisfies BodySchema;

function event(what: string) {
  return {
    absent: "null",
    repeatable: true,
    description: `${what} that ran.`,
    body: EVENT,
  } as const;
}

/** What happened before. */
export const GIVEN = {
  arguments: {
    history: {
      type: "path",
      description:
        "A file beside the tests with a backup on each line, as `simulate -history` reads it.",
      example: '"history.ndjson"',
    },
  },
  blocks: {
    schedule: {
      absent: "null",
      description: "The policy's own schedule ran, and every backup was successful.",
      note: "It stands alone: with it, no other backup is given.",
      body: SCHEDULE,
    },
    full: event("A full backup"),
    differential: event("A differential backup"),
    log: event("A log backup"),
    cdc: event("A backup of captured changes"),
    tail: event("A backup of the tail of the log"),
  },
} as const satisfies BodySchema;

/** The instant that a `then` looks at. */
export const WHEN = {
  arguments: {
    at: {
      type: "string",
      required: true,
      description: "The instant that the `then` with the same number looks at.",
      example: '"2017-02-13T11:00:00"',
    },
  },
} as const satisfies BodySchema;

const FULL = times("Of full backups, all of them.", '["2017-02-01T16:00:00"]');
const DIFFERENTIAL = times("Of differential backups, all of them.", '["2017-02-03T21:00:00"]');
const LOG = times("Of log backups, all of them.", '["2017-02-03T21:30:00"]');
const CDC = times("Of backups of changes, all of them.", '["2017-02-03T21:30:00"]');

/** Lists of times, one for each type; a type that is not named is not looked at. */
const BY_TYPE = {
  arguments: { full: FULL, differential: DIFFERENTIAL, log: LOG, cdc: CDC },
} as const satisfies BodySchema;

/** Lists of times, one for each reason; a reason that is not named is not looked at. */
const BY_REASON = {
  arguments: {
    daily: times("By the daily class.", '["2017-02-03T21:00:00"]'),
    weekly: times("As what stands for a week.", '["2017-02-05T21:00:00"]'),
    monthly: times("As what stands for a month.", '["2017-02-28T21:00:00"]'),
    yearly: times("As what stands for a year.", '["2017-12-31T21:00:00"]'),
    dependency: times("Because a kept point needs it.", '["2017-02-01T16:00:00"]'),
    newest: times("Only as the newest of its database.", '["2017-02-01T16:00:00"]'),
    legal_hold: times("By a legal hold.", '["2017-02-01T16:00:00"]'),
  },
} as const satisfies BodySchema;

const RESTORABLE = {
  arguments: {
    at: times("Instants that the database can be restored to.", '["2017-02-08T15:00:00"]'),
    not_at: times("Instants that it cannot be restored to.", '["2017-02-08T14:59:59"]'),
    exactly: {
      type: "string_set",
      description: "All instants and stretches that it can be restored to.",
      example: '["2017-02-01T16:00:00 to 2017-02-03T21:00:00", "2017-02-08T15:00:00"]',
      note: "A stretch is two times with the word `to` between them, and both belong to it.",
    },
  },
} as const satisfies BodySchema;

/** What must hold at the instant. */
export const THEN = {
  arguments: {
    database: {
      type: "string",
      description: "Looks at this database only; at all where absent.",
      example: '"orders"',
    },
    points: {
      type: "number",
      integer: true,
      minimum: 0,
      description: "How many recovery points exist.",
      example: "12",
    },
    base: {
      type: "string_map",
      description: "For some points, the point that each of them needs, or `none`.",
      example: '{ "2017-02-07T21:00:00" = "2017-02-01T16:00:00" }',
    },
    expires: {
      type: "string_map",
      description: "For some points, the first instant without them, or `never`.",
      example: '{ "2017-02-08T15:00:00" = "2017-02-19" }',
      note: "As it looks at that instant: a point that a later one comes to need stays longer.",
    },
    converted: {
      type: "string_map",
      description:
        "For all points made until then that became full though another type was due, the reason.",
      example: '{ "2017-02-01T21:00:00" = "no_completed_full" }',
      note: "Those that are gone again count too. The reasons are those of `conversion_reason` in `points -json`.",
    },
  },
  blocks: {
    ran: {
      absent: "null",
      description: "When successful backups began, up to the instant.",
      body: BY_TYPE,
    },
    visible: {
      absent: "null",
      description: "The recovery points that exist, by the moment of their success.",
      body: BY_TYPE,
    },
    kept_by: {
      absent: "null",
      description: "The recovery points that exist, by what keeps them.",
      note: "One point may stand under several reasons.",
      body: BY_REASON,
    },
    restorable: {
      absent: "null",
      description: "What the database can be restored to.",
      body: RESTORABLE,
    },
  },
} as const satisfies BodySchema;

/** `test "TITLE"` of a file `*.hcltest.hcl`: a story about a policy. */
export const TEST = {
  type: "test",
  labels: ["title"],
  description: "A story about a policy that must come true: given, when, then.",
  use: "Write tests into files `*.hcltest.hcl` or `*.hcltest.json` beside the configuration, and run them with `holdfast test`. Time is virtual, no server and no vault is asked, and nothing is written.\n\nTimes are texts such as `2017-02-13T11:00:00`, by the clock of the policy's time zone; a date alone is its midnight, and a time with an offset (`-08:00`, `Z`) is taken as it is. Everything that expressions of the configuration know is known here too: `var`, `local`, functions, `dynamic`.\n\nSeveral `when` and `then` in turn tell a longer story: the first `then` belongs to the first `when`, and so on. More about it in [Tests of policies](../testing.md).",
  example: `test "ten days after a full it is gone" {
  policy = policy.gold

  given {
    full {
      started_at   = "2026-02-03T21:00:00"
      completed_at = "2026-02-03T22:00:00"
    }
    full {
      started_at   = "2026-02-04T21:00:00"
      completed_at = "2026-02-04T22:00:00"
    }
  }

  when { at = "2026-02-14" }

  then {
    points = 1
    visible {
      full = ["2026-02-04T22:00:00"]
    }
  }
}
`,
  arguments: {
    policy: {
      type: "reference",
      target: "policy",
      required: true,
      description: "The policy that the story is about.",
      example: "policy.gold",
    },
  },
  blocks: {
    given: {
      required: true,
      absent: "null",
      description: "The backups that ran.",
      body: GIVEN,
    },
    when: {
      required: true,
      repeatable: true,
      absent: "null",
      description: "An instant.",
      body: WHEN,
    },
    // oxlint-disable-next-line unicorn/no-thenable -- it is the name of a block, and no function
    then: {
      required: true,
      repeatable: true,
      absent: "null",
      description: "What must hold at it; what is not named is not looked at.",
      body: THEN,
    },
  },
} as const satisfies BlockSchema;

/** The blocks of a file of tests. */
export const TEST_FILE_BLOCKS = [TEST, LOCALS] as const satisfies readonly BlockSchema[];
