import assert from "node:assert/strict";
import { test } from "node:test";
import { evaluateText } from "../../../support/evaluate-text.ts";

const RESULTS: readonly (readonly [call: string, want: unknown])[] = [
  ['duration("30m")', 1800],
  ['duration("1h30m")', 5400],
  ['duration("7d")', 604_800],
  ['duration("2w")', 1_209_600],
  ['duration("500ms")', 0.5],
  ['duration("1.5s")', 1.5],
  ['duration("0s")', 0],
  ['bytes("512 MiB")', 536_870_912],
  ['bytes("512MiB")', 536_870_912],
  ['bytes("1.5 GB")', 1_500_000_000],
  ['bytes("1.5 KiB")', 1536],
  ['bytes("10 B")', 10],
  ['bytes("8 PiB")', 2 ** 53],
];

for (const [call, want] of RESULTS) {
  test(`${call} is ${JSON.stringify(want)}`, () => assert.deepEqual(evaluateText(call), want));
}

const DURATION = /"text" parameter: a duration such as "30m", "1h30m" or "7d" is required/;
const SIZE = /"text" parameter: a size in whole bytes such as "512 MiB" or "1.5 GB" is required/;

for (const text of ["", "30", "m", "1 h", "-1h", "1y", "1h 30m", `${"9".repeat(400)}s`]) {
  test(`duration("${text}") is refused`, () => {
    assert.match(String(evaluateText(`duration("${text}")`)), DURATION);
  });
}

for (const text of ["", "512", "MiB", "1.5 B", "-1 KB", "1 kb", "1  KB", "1 XB"]) {
  test(`bytes("${text}") is refused`, () => {
    assert.match(String(evaluateText(`bytes("${text}")`)), SIZE);
  });
}
