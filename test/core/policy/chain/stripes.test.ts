import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type MediaFile, mergeStripes } from "../../../../core/policy/chain/stripes.ts";
import { handMade, place } from "./hand-made.ts";

const SET = handMade("full", { from: 0, to: 10, made: 1 });
const OTHER = handMade("log", { from: 0, to: 20, made: 2 });
const file = (stripe: number, stripes: number, more: Partial<MediaFile["header"]> = {}) => ({
  header: { ...SET, ...more },
  stripe,
  stripes,
});

describe("files of one set", () => {
  test("make it up in any order, with mirrors or without", () => {
    const merged = mergeStripes([file(2, 2), file(1, 2), file(2, 2)]);
    assert.deepEqual(merged, { headers: [SET], contradictory: [] });
  });

  test("that are not there are named", () => {
    const [set] = mergeStripes([file(2, 4), file(3, 4)]).headers;
    assert.deepEqual(set?.missingStripes, [1, 4]);
  });

  const contradictions: readonly (readonly [what: string, second: MediaFile])[] = [
    ["how many there are", file(2, 3)],
    ["their type", file(2, 2, { type: "log" })],
    ["where the set begins", file(2, 2, { firstLsn: place(1) })],
    ["where the set ends", file(2, 2, { lastLsn: place(11) })],
    ["its checkpoint", file(2, 2, { checkpointLsn: place(5) })],
    ["their numbers: there is none below 1", file(0, 2)],
    ["their numbers: there is none above their count", file(3, 2)],
  ];
  for (const [what, second] of contradictions) {
    test(`that disagree on ${what} make no set, and the others stay`, () => {
      const whole = { header: OTHER, stripe: 1, stripes: 1 };
      const merged = mergeStripes([file(1, 2), second, whole]);
      assert.deepEqual(merged, { headers: [OTHER], contradictory: [SET.set] });
    });
  }
});
