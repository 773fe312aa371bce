import type { FunctionGroup } from "./function-text.ts";

export const TYPE_FUNCTIONS: FunctionGroup = {
  title: "Types, and values that may be missing",
  functions: {
    can: ["Whether the expression has a value, and no error.", 'can(tonumber("ten"))', "false"],
    convert: [
      "The value as a type, which is written as in a variable.",
      'convert("10", number)',
      "10",
    ],
    ephemeralasnull: [
      "The value, or null where it must not be stored.",
      'ephemeralasnull("orders")',
      '"orders"',
    ],
    issensitive: ["Whether the value is sensitive.", 'issensitive(sensitive("orders"))', "true"],
    nonsensitive: [
      "The value, sensitive no longer. For what is known to hold no secret.",
      'nonsensitive(sensitive("orders"))',
      '"orders"',
    ],
    sensitive: [
      "The value, hidden in what people read from here on.",
      'sensitive("orders")',
      '"orders"',
    ],
    tobool: ["The value as a bool.", 'tobool("true")', "true"],
    tolist: [
      "The value as a list. The elements of a set come in order.",
      'tolist(["a", 1])',
      '["a","1"]',
    ],
    tomap: [
      "The object as a map, whose values are of one type.",
      'tomap({ a = "x", b = 1 })',
      '{"a":"x","b":"1"}',
    ],
    tonumber: ["The value as a number.", 'tonumber("10")', "10"],
    toset: [
      "The list as a set: without order and repetitions.",
      'toset(["a", "b", "a"])',
      '["a","b"]',
    ],
    tostring: ["The value as a text.", "tostring(10)", '"10"'],
    try: ["The first expression that has a value and no error.", 'try(tonumber("ten"), 10)', "10"],
  },
};

export const ASSUMPTION_FUNCTIONS: FunctionGroup = {
  title: "Promises about values that are not known yet",
  functions: {
    assumeequal: [
      "The value, promised to be this one. A known value that is another is an error, here and below.",
      'assumeequal("a", "a")',
      '"a"',
    ],
    assumelistlength: [
      "The list, promised to be at least and at most so long.",
      'assumelistlength(tolist(["a"]), 1, 2)',
      '["a"]',
    ],
    assumelistlengthmax: [
      "The list, promised to be at most so long.",
      'assumelistlengthmax(tolist(["a"]), 2)',
      '["a"]',
    ],
    assumelistlengthmin: [
      "The list, promised to be at least so long.",
      'assumelistlengthmin(tolist(["a"]), 1)',
      '["a"]',
    ],
    assumemaplength: [
      "The map, promised to have at least and at most so many elements.",
      "assumemaplength(tomap({ a = 1 }), 1, 2)",
      '{"a":1}',
    ],
    assumemaplengthmax: [
      "The map, promised to have at most so many elements.",
      "assumemaplengthmax(tomap({ a = 1 }), 2)",
      '{"a":1}',
    ],
    assumemaplengthmin: [
      "The map, promised to have at least so many elements.",
      "assumemaplengthmin(tomap({ a = 1 }), 1)",
      '{"a":1}',
    ],
    assumenotnull: ["The value, promised not to be null.", 'assumenotnull("a")', '"a"'],
    assumesetlength: [
      "The set, promised to have at least and at most so many elements.",
      'assumesetlength(toset(["a"]), 1, 2)',
      '["a"]',
    ],
    assumesetlengthmax: [
      "The set, promised to have at most so many elements.",
      'assumesetlengthmax(toset(["a"]), 2)',
      '["a"]',
    ],
    assumesetlengthmin: [
      "The set, promised to have at least so many elements.",
      'assumesetlengthmin(toset(["a"]), 1)',
      '["a"]',
    ],
    assumestringprefix: [
      "The text, promised to start so.",
      'assumestringprefix("db_orders", "db_")',
      '"db_orders"',
    ],
  },
};

export const TIME_FUNCTIONS: FunctionGroup = {
  title: "Dates and times",
  functions: {
    cron_next: [
      "When a schedule is due next after a time, in UTC. The schedule goes by the clock of a time zone [UTC].",
      'cron_next("0 21 * * *", "2026-02-01T12:00:00Z", "Europe/Berlin")',
      '"2026-02-01T20:00:00Z"',
    ],
    duration: ["The seconds of a duration.", 'duration("1h30m")', "5400"],
    formatdate: [
      "A time in a pattern, such as `YYYY-MM-DD hh:mm`.",
      'formatdate("YYYY-MM-DD", "2026-02-01T12:00:00Z")',
      '"2026-02-01"',
    ],
    plantimestamp: ["The time of the plan: the same in all of it.", "plantimestamp()"],
    timeadd: [
      "A time, later by a duration in Go's form (`h`, `m`, `s`).",
      'timeadd("2026-02-01T12:00:00Z", "36h")',
      '"2026-02-03T00:00:00Z"',
    ],
    timecmp: [
      "-1, 0 or 1: which of two times is the earlier.",
      'timecmp("2026-02-01T12:00:00Z", "2026-02-02T12:00:00Z")',
      "-1",
    ],
    timestamp: [
      "The time of the call, in UTC. It differs each time, so a plan that uses it never comes to rest; `plantimestamp` differs less.",
      "timestamp()",
    ],
  },
};
