import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isEmptyLog, isLog } from "../../../../core/policy/chain/backup-header.ts";
import { partByLineage } from "../../../../core/policy/chain/lineage.ts";
import { indexChain, restoreSequence } from "../../../../core/policy/chain/restore-sequence.ts";
import { isImpossible } from "../../../../core/policy/chain/restore-target.ts";
import { readRealFiles, setsOf } from "./real-headers.ts";

const files = readRealFiles();
const skip =
  files === undefined
    ? "the table of real headers is not here: its relations were not checked"
    : false;

describe("the headers of 102 real backups", { skip }, () => {
  const all = files ?? [];
  const { headers, contradictory } = setsOf(all);
  const places = new Map(all.map(({ header, path }) => [header.set, path]));
  const lineages = partByLineage(headers);

  test("stripes become one set, with none missing", () => {
    assert.equal(all.length, 102);
    assert.deepEqual(contradictory, []);
    assert.equal(headers.filter(isLog).length, 48);
    assert.equal(headers.filter(({ type }) => type === "full").length, 23);
    assert(headers.every(({ missingStripes }) => missingStripes.length === 0));
  });

  test("half of a striped set says which stripe is missing", () => {
    const half = setsOf(all.filter(({ stripe }) => stripe === 1));
    const missing = half.headers.filter(({ missingStripes }) => missingStripes.length > 0);
    assert.equal(missing.length, 8);
    assert(missing.every(({ missingStripes }) => String(missingStripes) === "2"));
  });

  test("each log with content is reached from the full of its lineage, and each empty one needs no log of its own", () => {
    let reached = 0;
    for (const lineage of lineages) {
      const chain = indexChain(lineage);
      if (!lineage.some(({ type }) => type === "full")) continue;
      for (const log of lineage.filter(isLog)) {
        const answer = restoreSequence({ kind: "point", set: log.set }, chain);
        if (isImpossible(answer)) assert.fail(`${places.get(log.set)}: ${answer.reason}`);
        assert.equal(answer.logs.includes(log), !isEmptyLog(log) && answer.logs.length > 0);
        reached += 1;
      }
    }
    assert.equal(reached, 46);
  });
});
