import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isLog } from "../../../../core/policy/chain/backup-header.ts";
import { parseFamilyGuid, parseSetGuid } from "../../../../core/policy/chain/guid.ts";
import { partByLineage } from "../../../../core/policy/chain/lineage.ts";
import { indexChain, restoreSequence } from "../../../../core/policy/chain/restore-sequence.ts";
import { isImpossible } from "../../../../core/policy/chain/restore-target.ts";
import { type RealRow, readRealFiles, readRealRows, setsOf } from "./real-headers.ts";

// What the program says of the real headers, against plain searches of the table, which know nothing of the program.

const table = readRealRows();
const skip =
  table === undefined
    ? "the table of real headers is not here: the program was not held against it"
    : false;

describe("the relations among 102 real backups", { skip }, () => {
  const rows = distinctSets(table ?? []);
  const { headers } = setsOf(readRealFiles() ?? []);
  const lineages = partByLineage(headers);
  const chainOf = new Map(
    lineages.flatMap((each) => {
      const chain = indexChain(each);
      return each.map(({ set }) => [set, chain] as const);
    }),
  );
  const answerFor = (row: RealRow) => {
    const set = parseSetGuid(row("backup_set_guid"));
    const chain = chainOf.get(set) ?? assert.fail(row("path"));
    return restoreSequence({ kind: "point", set }, chain);
  };

  test("each of 23 differentials is restored after the one full that its header names; the two of db1 after none", () => {
    const differentials = rows.filter((row) => row("type") === "I");
    assert.equal(differentials.length, 23);
    const orphans = differentials.filter((row) => {
      const bases = rows.filter((full) => isBase(full, row));
      const answer = answerFor(row);
      if (isImpossible(answer)) {
        const base = parseSetGuid(row("diff_base_guid"));
        const set = parseSetGuid(row("backup_set_guid"));
        assert.deepEqual(answer, { reason: "base_missing", set, base }, row("path"));
        assert.deepEqual(bases, [], row("path"));
        return true;
      }
      assert.equal(answer.differential?.set, parseSetGuid(row("backup_set_guid")), row("path"));
      const found = bases.map((full) => parseSetGuid(full("backup_set_guid")));
      assert.deepEqual(found, [answer.full.set], row("path"));
      return false;
    });
    const fulls = rows.filter((row) => row("type") === "D");
    assert.deepEqual(
      orphans.map((row) => row("database")),
      ["db1", "db1"],
    );
    assert(orphans.every((row) => fulls.every((full) => full("database") !== row("database"))));
  });

  // The table has 36 pairs of neighbours within its folders: 48 logs in 12 folders that have logs at all. Its description
  // counts 34, which is what one gets by the names of databases: two folders of OlaMsFilterTest then run into each other,
  // and two pairs are lost. The program finds 35 without being told a family: the two logs of one folder (.../Simple)
  // follow each other, but name different fulls, and nothing in the table relates these. A family, which every header of
  // a real server has and this table lacks, gives it the last pair.
  test("48 logs follow each other in 36 pairs, 35 where only the fulls that sets name relate them", () => {
    const logs = rows.filter((row) => row("type") === "L");
    assert.equal(logs.length, 48);
    const wanted = neighbours(logs, folderOf);
    assert.equal(wanted.length, 36);
    assert.equal(neighbours(logs, (row) => row("database")).length, 34);
    const family = parseFamilyGuid("00000000-0000-0000-0000-000000000051");
    const simple = new Set(
      rows.filter((row) => folderOf(row).endsWith("/Simple")).map((row) => row("backup_set_guid")),
    );
    const told = headers.map((each) => (simple.has(each.set) ? { ...each, family } : each));
    assert.deepEqual(pairsOf(partByLineage(told)), wanted.toSorted());
    const untold = wanted.filter((pair) => !pair.split(" ").some((set) => simple.has(set)));
    assert.equal(untold.length, 35);
    assert.deepEqual(pairsOf(lineages), untold.toSorted());
  });

  test("each of the 12 empty logs stands where the log before it ends, and is restored by that alone", () => {
    const logs = rows.filter((row) => row("type") === "L");
    const empty = logs.filter((row) => row("first_lsn") === row("last_lsn"));
    assert.equal(empty.length, 12);
    for (const row of empty) {
      const near = logs.filter((log) => folderOf(log) === folderOf(row) && !empty.includes(log));
      const before = near.filter((log) => log("last_lsn") === row("last_lsn"));
      assert.equal(before.length, 1, row("path"));
      const after = near.filter((log) => log("first_lsn") === row("last_lsn"));
      const isNewest = near.every((log) => BigInt(log("last_lsn")) <= BigInt(row("last_lsn")));
      assert.equal(after.length, isNewest ? 0 : 1, row("path"));
      const [answer, instead] = [row, ...before].map(answerFor);
      assert.deepEqual(answer, instead, row("path"));
      for (const log of after) {
        const next = answerFor(log);
        const sets = isImpossible(next) ? [] : next.logs.map(({ set }) => String(set));
        assert(!sets.includes(row("backup_set_guid")), row("path"));
      }
    }
  });

  test("two sets are put together where the fulls that they name join them, and no other two, whatever their names", () => {
    const places = new Map(lineages.flatMap((each, at) => each.map(({ set }) => [set, at])));
    const together = (one: RealRow, other: RealRow) =>
      places.get(parseSetGuid(one("backup_set_guid"))) ===
      places.get(parseSetGuid(other("backup_set_guid")));
    const joined = joinedSets(rows);
    const crossings = new Set<string>();
    for (const one of rows) {
      for (const other of rows) {
        const isJoined = joined.get(one)?.has(other) === true;
        assert.equal(together(one, other), isJoined, `${one("path")} and ${other("path")}`);
        if (isJoined && rootOf(one) !== rootOf(other)) {
          crossings.add([one("database"), other("database")].sort().join(" "));
        }
      }
    }
    // A database restored under another name, and backed up there: the copy names the full that it came from.
    assert.deepEqual([...crossings], ["RestoreTimeStripe stripetest"]);
  });

  test("no way to a set of one database passes through another of its name", () => {
    const names = Map.groupBy(rows, (row) => row("database"));
    const shared = [...names.values()].filter((own) => new Set(own.map(rootOf)).size > 1);
    assert.equal(shared.length, 2);
    const rootsBySet = new Map(
      rows.map((row) => [parseSetGuid(row("backup_set_guid")), rootOf(row)]),
    );
    for (const row of shared.flat()) {
      const answer = answerFor(row);
      if (isImpossible(answer)) assert.fail(`${row("path")}: ${answer.reason}`);
      for (const { set } of [answer.full, ...answer.logs]) {
        assert.equal(rootsBySet.get(set), rootOf(row), row("path"));
      }
    }
  });
});

function distinctSets(all: readonly RealRow[]): readonly RealRow[] {
  return [...new Map(all.toReversed().map((row) => [row("backup_set_guid"), row])).values()];
}

function isBase(full: RealRow, differential: RealRow): boolean {
  return (
    full("type") === "D" &&
    full("backup_set_guid") === differential("diff_base_guid") &&
    full("first_lsn") === differential("diff_base_lsn") &&
    full("checkpoint_lsn") === differential("database_backup_lsn")
  );
}

function folderOf(row: RealRow): string {
  return row("path").replace(/\/[^/]*$/, "");
}

/** The folder of one database: its sets may lie in folders of their own by type or stripe. */
function rootOf(row: RealRow): string {
  return folderOf(row).replace(/\/(DIFF|FULL|LOG|Diff|Full|Log|Stripe\d)$/, "");
}

/** Logs in order, each with the next, where that begins where it ends. */
function neighbours(
  logs: readonly RealRow[],
  groupOf: (row: RealRow) => string,
): readonly string[] {
  return [...Map.groupBy(logs, groupOf).values()].flatMap((group) => {
    const ordered = group.toSorted((a, b) => order(a, b, "last_lsn") || order(a, b, "first_lsn"));
    return ordered.flatMap((log, at) => {
      const next = ordered[at + 1];
      if (next?.("first_lsn") !== log("last_lsn")) return [];
      return [`${log("backup_set_guid")} ${next("backup_set_guid")}`];
    });
  });
}

function order(a: RealRow, b: RealRow, column: string): number {
  return Number(BigInt(a(column)) - BigInt(b(column)));
}

/** The same of the program's headers. */
function pairsOf(lineages: ReturnType<typeof partByLineage>): readonly string[] {
  return lineages
    .flatMap((lineage) => {
      const logs = lineage.filter(isLog);
      const ordered = logs.toSorted(
        (a, b) => Number(a.lastLsn - b.lastLsn) || Number(a.firstLsn - b.firstLsn),
      );
      return ordered.flatMap((log, at) => {
        const next = ordered[at + 1];
        return next?.firstLsn === log.lastLsn ? [`${log.set} ${next.set}`] : [];
      });
    })
    .toSorted();
}

/** From each set all that it leads to: step by step to sets that name one full, or one the other, until no more come. */
function joinedSets(rows: readonly RealRow[]): ReadonlyMap<RealRow, ReadonlySet<RealRow>> {
  const none = "00000000-0000-0000-0000-000000000000";
  const names = (row: RealRow) =>
    ["backup_set_guid", "current_diff_base_guid", "diff_base_guid"]
      .map(row)
      .filter((guid) => guid !== "" && guid !== none);
  return new Map(
    rows.map((row) => {
      const joined = new Set([row]);
      for (const each of joined) {
        for (const other of rows) {
          if (names(other).some((guid) => names(each).includes(guid))) joined.add(other);
        }
      }
      return [row, joined];
    }),
  );
}
