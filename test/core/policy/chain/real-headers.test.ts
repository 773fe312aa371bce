import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  type BackupHeader,
  isEmptyLog,
  isLog,
} from "../../../../core/policy/chain/backup-header.ts";
import { differentialBase } from "../../../../core/policy/chain/differential-base.ts";
import { parseFamilyGuid } from "../../../../core/policy/chain/guid.ts";
import { partByLineage } from "../../../../core/policy/chain/lineage.ts";
import { indexChain, restoreSequence } from "../../../../core/policy/chain/restore-sequence.ts";
import { isImpossible } from "../../../../core/policy/chain/restore-target.ts";
import { mergeStripes } from "../../../../core/policy/chain/stripes.ts";
import { type RealFile, readRealFiles } from "./real-headers.ts";

const files = readRealFiles();
const skip =
  files === undefined
    ? "the table of real headers is not here: its relations were not checked"
    : false;

describe("the headers of 102 real backups", { skip }, () => {
  const all = files ?? [];
  const { headers, contradictory } = mergeStripes(all);
  const bySet = new Map(headers.map((header) => [header.set, header]));
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
    const half = mergeStripes(all.filter(({ stripe }) => stripe === 1));
    const missing = half.headers.filter(({ missingStripes }) => missingStripes.length > 0);
    assert.equal(missing.length, 8);
    assert(missing.every(({ missingStripes }) => String(missingStripes) === "2"));
  });

  test("21 of 23 differentials belong to a full of their folder, two have none", () => {
    const differentials = headers.filter(({ type }) => type === "differential");
    const bases = differentials.map((each) => [each, differentialBase(each, bySet)] as const);
    const found = bases.filter(([, base]) => typeof base !== "string");
    assert.equal(found.length, 21);
    for (const [differential, base] of found) {
      assert(typeof base !== "string");
      assert.equal(root(places.get(base.set)), root(places.get(differential.set)));
      assert.equal(base.type, "full");
      assert.deepEqual(differential.differentialBase, { set: base.set, lsn: base.firstLsn });
    }
    const without = bases.filter(([, base]) => typeof base === "string");
    assert.deepEqual(
      without.map(([{ database }, why]) => [database, why]),
      [
        ["db1", "base_missing"],
        ["db1", "base_missing"],
      ],
    );
  });

  test("12 logs are empty", () => {
    assert.equal(headers.filter(isEmptyLog).length, 12);
  });

  test("logs follow each other without a gap: 35 pairs by the fulls that they name, 36 with the family", () => {
    assert.equal(
      lineages.reduce((sum, each) => sum + adjacentPairs(each), 0),
      35,
    );
    const told = headers.map((header) =>
      places.get(header.set)?.includes("/Simple/") === true
        ? { ...header, family: parseFamilyGuid("00000000-0000-0000-0000-000000000051") }
        : header,
    );
    assert.equal(
      partByLineage(told).reduce((sum, each) => sum + adjacentPairs(each), 0),
      36,
    );
    assert(partByLineage(told).every((each) => gaps(each) === 0));
  });

  test("databases of one name that have nothing to do with each other are kept apart", () => {
    for (const name of ["RestoreTimeClean", "OlaMsFilterTest"]) {
      const apart = lineages.filter((each) => each.some(({ database }) => database === name));
      const folders = apart.map((each) => new Set(each.map(({ set }) => root(places.get(set)))));
      assert(apart.length >= 2);
      assert(folders.every(({ size }) => size === 1));
    }
    const mixed = headers.filter(({ database }) => database === "RestoreTimeClean");
    assert(gaps(mixed) > 0);
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

function root(path: RealFile["path"] | undefined): string | undefined {
  return path?.replace(/\/(DIFF|FULL|LOG|Diff|Full|Log|Stripe\d)\/.*$|\/[^/]*$/, "");
}

function logsInOrder(headers: readonly BackupHeader[]): readonly BackupHeader[] {
  return headers
    .filter((header) => isLog(header))
    .toSorted((a, b) => Number(a.lastLsn - b.lastLsn) || Number(a.firstLsn - b.firstLsn));
}

function adjacentPairs(headers: readonly BackupHeader[]): number {
  const logs = logsInOrder(headers);
  return logs.filter((log, at) => at > 0 && logs[at - 1]?.lastLsn === log.firstLsn).length;
}

function gaps(headers: readonly BackupHeader[]): number {
  return Math.max(0, logsInOrder(headers).length - 1) - adjacentPairs(headers);
}
