import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { joinStripes, type ReadMedia } from "../../../core/media/join-stripes.ts";

const SET = { set: "a", type: "full", firstLsn: 1n, lastLsn: 10n, checkpointLsn: 2n };
const OTHER = { ...SET, set: "b", type: "log" };
type Media = ReadMedia<string, typeof SET>;

function file(stripe: number, stripes: number, more: Partial<typeof SET> = {}): Media {
  const sets = [{ ...SET, ...more }];
  return { file: `${stripe} of ${stripes}`, facts: { stripe, stripes, sets } };
}

describe("files of one set", () => {
  test("make it up in any order, with mirrors or without", () => {
    const mirror = { ...file(2, 2), file: "a mirror" };
    assert.deepEqual(joinStripes([file(2, 2), file(1, 2), mirror]), {
      sets: [
        {
          facts: SET,
          files: ["1 of 2", "2 of 2"],
          copies: ["a mirror"],
          stripes: 2,
          missing: [],
        },
      ],
      contradictory: [],
    });
  });

  test("that are not there are named", () => {
    const [set] = joinStripes([file(2, 4), file(3, 4)]).sets;
    assert.deepEqual(set?.missing, [1, 4]);
  });

  const contradictions: readonly (readonly [what: string, second: Media])[] = [
    ["how many there are", file(2, 3)],
    ["their type", file(2, 2, { type: "log" })],
    ["where the set begins", file(2, 2, { firstLsn: 3n })],
    ["where the set ends", file(2, 2, { lastLsn: 11n })],
    ["its checkpoint", file(2, 2, { checkpointLsn: 5n })],
    ["their numbers: there is none below 1", file(0, 2)],
    ["their numbers: there is none above their count", file(3, 2)],
  ];
  for (const [what, second] of contradictions) {
    test(`that disagree on ${what} make no set, and the others stay`, () => {
      const whole = { file: "whole", facts: { stripe: 1, stripes: 1, sets: [OTHER] } };
      const { sets, contradictory } = joinStripes([file(1, 2), second, whole]);
      assert.deepEqual(
        sets.map(({ facts, files }) => [facts, files]),
        [[OTHER, ["whole"]]],
      );
      assert.deepEqual(contradictory, [{ set: "a", files: ["1 of 2", second.file] }]);
    });
  }
});
