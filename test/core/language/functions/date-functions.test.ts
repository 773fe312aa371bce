import assert from "node:assert/strict";
import { test } from "node:test";
import { evaluateText } from "../../../support/evaluate-text.ts";

const TIME = "2006-01-02T15:04:05Z";

const FORMATS: readonly (readonly [format: string, time: string, want: string])[] = [
  ["", TIME, ""],
  ["YYYY-MM-DD", TIME, "2006-01-02"],
  ["EEE, MMM D ''YY", TIME, "Mon, Jan 2 '06"],
  ["EEEE MMMM", TIME, "Monday January"],
  ["h:m:s hh:mm:ss", "2006-01-02T03:04:05Z", "3:4:5 03:04:05"],
  ["H HH AA aa", "2006-01-02T00:04:05Z", "12 12 AM am"],
  ["H 'o''clock' AA", TIME, "3 o'clock PM"],
  ["Z ZZZ ZZZZ ZZZZZ", TIME, "Z UTC +0000 +00:00"],
  ["Z ZZZ ZZZZ ZZZZZ", "2006-01-02T15:04:05-07:30", "-07:30 -0730 -0730 -07:30"],
  ["'größer' M/D", "0009-12-31T23:59:59.999Z", "größer 12/31"],
  ["'abc''", TIME, "abc'"],
];

for (const [format, time, want] of FORMATS) {
  test(`formatdate writes ${time} by ${format} as ${want}`, () => {
    const text = `formatdate(${JSON.stringify(format)}, ${JSON.stringify(time)})`;
    assert.equal(evaluateText(text), want);
  });
}

const WRONG_FORMATS: readonly (readonly [format: string, fault: string])[] = [
  ["Y", 'invalid date format verb "Y": year must either be "YY" or "YYYY"'],
  ["AAA", 'invalid date format verb "AAA": must be "AA"'],
  ["x", 'invalid date format verb "x"'],
  ["'blah blah", "unterminated literal '"],
  ["'", "unterminated literal '"],
];

for (const [format, fault] of WRONG_FORMATS) {
  test(`formatdate refuses the format ${format}`, () => {
    assert.equal(
      evaluateText(`formatdate(${JSON.stringify(format)}, "${TIME}")`),
      `Invalid function argument: Invalid value for "format" parameter: ${fault}.`,
    );
  });
}

const WRONG_TIMES: readonly (readonly [time: string, fault: string])[] = [
  ["", "end of string before year"],
  ["2017-01-02", "missing required time introducer 'T'"],
  ["2017-12-02t00:00:00Z", "missing required time introducer 'T'"],
  ["2017:01:02", 'found ":01:02" where "-" is expected'],
  ["2017", 'end of string where "-" is expected'],
  ["2017-01-02T", "end of string before hour"],
  ["2017-01-02T00", 'end of string where ":" is expected'],
  ["2017-01-02T00:00:00", "end of string before UTC offset"],
  ["2017-01-02T26:00:00Z", "hour must be between 0 and 23 inclusive"],
  ["2017-13-02T00:00:00Z", 'cannot use "-02T00:00:00Z" as month'],
  ["2017-02-31T00:00:00Z", "day out of range"],
  ["2-12-02T00:00:00Z", 'cannot use "2-12-02T00:00:00Z" as year'],
  ["2000-01-01T1:12:34Z", "hour must have exactly two digits"],
  ["2000-01-01T01:1:34Z", "minute must have exactly two digits"],
  ["2000-01-01T01:01:1Z", 'cannot use "1Z" as second'],
  ["2000-01-01T00:00:00,000Z", 'cannot use "," as timestamp segment'],
  ["2000-01-01T00:00:00+24:00", 'cannot use "+24:00" as UTC offset'],
  ["2000-01-01T00:00:00+00:60", 'cannot use "+00:60" as UTC offset'],
  ["2000-01-01T00:00:00Zx", 'cannot use "x" as timestamp segment'],
];

for (const [time, fault] of WRONG_TIMES) {
  test(`"${time}" is not a timestamp, and the message says where it stops being one`, () => {
    assert.equal(
      evaluateText(`formatdate("", ${JSON.stringify(time)})`),
      `Invalid function argument: Invalid value for "time" parameter: not a valid RFC3339 timestamp: ${fault}.`,
    );
  });
}

const SUMS: readonly (readonly [time: string, duration: string, want: string])[] = [
  ["2017-11-22T00:00:00Z", "1s", "2017-11-22T00:00:01Z"],
  ["2017-11-22T00:00:00Z", "10m1s", "2017-11-22T00:10:01Z"],
  ["2017-11-22T00:00:00Z", "-1h", "2017-11-21T23:00:00Z"],
  ["2017-11-22T00:00:00-08:00", "1.5h", "2017-11-22T01:30:00-08:00"],
  ["2017-11-22T00:00:00+00:00", "0", "2017-11-22T00:00:00Z"],
  ["2017-11-22T00:00:00.9Z", "100ms", "2017-11-22T00:00:01Z"],
  ["2017-11-22T00:00:00.999999999Z", "1ns", "2017-11-22T00:00:01Z"],
  ["1969-12-31T23:59:59Z", ".5s", "1969-12-31T23:59:59Z"],
  ["9999-12-31T23:59:59Z", "1s", "10000-01-01T00:00:00Z"],
  ["0000-01-01T00:00:00Z", "-1s", "-0001-12-31T23:59:59Z"],
  ["2016-02-28T23:59:59Z", "1µs", "2016-02-28T23:59:59Z"],
];

for (const [time, duration, want] of SUMS) {
  test(`${time} and ${duration} make ${want}`, () => {
    assert.equal(evaluateText(`timeadd("${time}", "${duration}")`), want);
  });
}

for (const [duration, fault] of [
  ["", 'time: invalid duration ""'],
  ["x", 'time: invalid duration "x"'],
  ["1", 'time: missing unit in duration "1"'],
  ["1d", 'time: unknown unit "d" in duration "1d"'],
  ["3000000h", 'time: invalid duration "3000000h"'],
  ["1h-5m", 'time: unknown unit "h-" in duration "1h-5m"'],
]) {
  test(`timeadd refuses the duration "${duration}"`, () => {
    assert.equal(
      evaluateText(`timeadd("2017-11-22T00:00:00Z", "${duration}")`),
      `Error in function call: Call to function "timeadd" failed: ${fault}.`,
    );
  });
}

for (const [left, right, want] of [
  ["2017-11-22T00:00:00Z", "2017-11-22T00:00:00Z", 0],
  ["2017-11-22T00:00:00Z", "2017-11-22T01:00:00+01:00", 0],
  ["2017-11-22T00:00:01Z", "2017-11-22T01:00:00+01:00", 1],
  ["2017-11-22T00:00:00Z", "2017-11-22T00:00:00.1Z", -1],
]) {
  test(`timecmp of ${left} and ${right} is ${want}`, () => {
    assert.equal(evaluateText(`timecmp("${left}", "${right}")`), want);
  });
}

test("timestamp and plantimestamp tell the environment's time in UTC", () => {
  assert.equal(evaluateText("timestamp()"), "2017-02-01T20:00:00Z");
  assert.equal(evaluateText("plantimestamp()"), "2017-02-01T20:00:00Z");
});

for (const [args, want] of [
  ['"0 12 * * WED", "2017-02-01T00:00:00Z"', "2017-02-01T12:00:00Z"],
  ['"0 12 * * WED", "2017-02-01T12:00:00Z"', "2017-02-08T12:00:00Z"],
  ['"0 12 * * WED", "2017-03-08T13:00:00-08:00", "America/Los_Angeles"', "2017-03-15T19:00:00Z"],
  ['"@daily", "2017-02-01T00:00:00.5Z", "Europe/Berlin"', "2017-02-01T23:00:00Z"],
]) {
  test(`cron_next(${args}) is ${want}`, () =>
    assert.equal(evaluateText(`cron_next(${args})`), want));
}

for (const [args, fault] of [
  [
    '"0 12 * *", "2017-02-01T00:00:00Z"',
    /"0 12 \* \*" is not a schedule: A schedule has five fields/,
  ],
  [
    '"0 12 30 2 *", "2017-02-01T00:00:00Z"',
    /"0 12 30 2 \*" is not a schedule: Such a time never comes/,
  ],
  ['"@daily", "2017-02-01T00:00:00Z", "Mars"', /"Mars" is not a time zone such as "UTC"/],
  ['"@daily", "yesterday"', /"after_timestamp" parameter: not a valid RFC3339 timestamp/],
  ['"@daily"', /Missing value for "after_timestamp"/],
] as const) {
  test(`cron_next(${args}) says what is wrong`, () => {
    assert.match(String(evaluateText(`cron_next(${args})`)), fault);
  });
}

test("a message quotes no sensitive argument", () => {
  assert.equal(
    evaluateText('timeadd("2017-11-22T00:00:00Z", secret)'),
    'Error in function call: Call to function "timeadd" failed: an argument is sensitive, so the reason is not shown.',
  );
  assert.equal(
    evaluateText('formatdate("YYYY", secret)'),
    'Invalid function argument: Invalid value for "time" parameter: an argument is sensitive, so the reason is not shown.',
  );
});
