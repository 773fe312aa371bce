import assert from "node:assert/strict";
import { test } from "node:test";
import { tryParseInstant } from "../../../../core/policy/simulate/read-instant.ts";

const PACIFIC = "America/Los_Angeles";

const CASES: readonly (readonly [text: string, zone: string, expected: string | undefined])[] = [
  ["2017-02-13T11:00:00-08:00", "UTC", "2017-02-13T19:00:00.000Z"],
  ["2017-02-13T11:00:00.250Z", PACIFIC, "2017-02-13T11:00:00.250Z"],
  ["2017-02-13T11:00", PACIFIC, "2017-02-13T19:00:00.000Z"],
  ["2017-02-13 11:00:30", PACIFIC, "2017-02-13T19:00:30.000Z"],
  ["2017-02-13", PACIFIC, "2017-02-13T08:00:00.000Z"],
  ["2017-07-13", PACIFIC, "2017-07-13T07:00:00.000Z"],
  // The day of 23 hours: before, inside and after the hour that does not exist.
  ["2017-03-12T01:59", PACIFIC, "2017-03-12T09:59:00.000Z"],
  ["2017-03-12T02:30", PACIFIC, undefined],
  ["2017-03-12T03:00", PACIFIC, "2017-03-12T10:00:00.000Z"],
  ["2017-03-12T23:59", PACIFIC, "2017-03-13T06:59:00.000Z"],
  // The day of 25 hours: 01:30 comes twice, and is the first one.
  ["2017-11-05T01:30", PACIFIC, "2017-11-05T08:30:00.000Z"],
  ["2017-11-05T02:00", PACIFIC, "2017-11-05T10:00:00.000Z"],
  ["2017-11-05T23:00", PACIFIC, "2017-11-06T07:00:00.000Z"],
  // A day that begins at 01:00, for the clocks skip its midnight.
  ["2017-10-15", "America/Sao_Paulo", "2017-10-15T03:00:00.000Z"],
  ["2017-10-15T00:30", "America/Sao_Paulo", undefined],
  ["2017-10-15T01:30", "America/Sao_Paulo", "2017-10-15T03:30:00.000Z"],
  ["2017-12-31T23:59:59.999", PACIFIC, "2018-01-01T07:59:59.999Z"],
  ["2017-02-30", PACIFIC, undefined],
  ["2017-02-13T24:00", PACIFIC, undefined],
  ["2017-02-13T11:00+25:00", PACIFIC, undefined],
  ["yesterday", PACIFIC, undefined],
  ["", PACIFIC, undefined],
  ["0001-01-01", PACIFIC, undefined],
  ["9999-12-31T23:59", "Pacific/Kiritimati", "9999-12-31T09:59:00.000Z"],
];

for (const [text, zone, expected] of CASES) {
  test(`${JSON.stringify(text)} in ${zone} is ${expected ?? "no moment"}`, () => {
    const found = tryParseInstant(text, zone);
    assert.equal(found === undefined ? undefined : new Date(found).toISOString(), expected);
  });
}
