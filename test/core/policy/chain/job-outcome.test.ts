import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { toInstant } from "../../../../core/kit/clock.ts";
import { cdcReasonOfError, cdcScope, mayBackUp } from "../../../../core/policy/chain/cdc-scope.ts";
import {
  concludeJob,
  type DatabaseOutcome,
  emptyDatabaseOutcome,
  type JobOutcome,
  SKIPPED_OR_DOWN,
  type Standings,
  systemDatabaseOutcome,
  turnOf,
} from "../../../../core/policy/chain/job-outcome.ts";
import { linePoints } from "../../../../core/policy/chain/line-points.ts";
import { indexChain, restoreSequence } from "../../../../core/policy/chain/restore-sequence.ts";
import { isImpossible } from "../../../../core/policy/chain/restore-target.ts";
import type { PointType } from "../../../../core/policy/model/policy-point.ts";
import { decideRetention } from "../../../../core/policy/retention/decide-retention.ts";
import { PACIFIC } from "../retention/february.ts";
import { SimulatedServer } from "./simulated-server.ts";

interface Run extends JobOutcome {
  readonly points: readonly string[];
}

/** Runs jobs over d1, d2 and d3, each with the databases that are down during it. */
function runJobs(...jobs: readonly (readonly [PointType, readonly string[]])[]): readonly Run[] {
  let standings: Standings = new Map();
  return jobs.map(([type, down]) => {
    const outcomes = ["d1", "d2", "d3"].map((database): DatabaseOutcome => {
      const standing = standings.get(database) ?? "in_scope";
      switch (turnOf(type, { standing, isReady: !down.includes(database) })) {
        case "back_up":
          return { database, result: "backed_up", reason: null };
        case "report_down":
          return { database, result: "down", reason: "not_ready" };
        case "leave_out":
          return { database, result: "left_out", reason: "waits_for_full" };
      }
    });
    const outcome = concludeJob(type, outcomes, standings);
    standings = outcome.standings;
    const points = outcomes.filter(({ result }) => result === "backed_up");
    return { ...outcome, points: points.map(({ database }) => database) };
  });
}

describe("a job with a database that is down", () => {
  test("A-53 [decision] full, changes, changes: with errors, with errors once, then successful with a gap on record", () => {
    const runs = runJobs(["full", ["d2"]], ["cdc", ["d2"]], ["cdc", ["d2"]]);
    assert.deepEqual(
      runs.map(({ status, error }) => [status, error]),
      [
        ["successful_with_errors", null],
        ["successful_with_errors", "databases_skipped_or_down"],
        ["successful", null],
      ],
    );
    assert.equal(SKIPPED_OR_DOWN, "DBs skipped or down");
    for (const { points, gaps } of runs) {
      assert.deepEqual(points, ["d1", "d3"]);
      assert.deepEqual(gaps, ["d2"]);
    }
  });

  test("A-48 [decision] completes with errors, and fails when all are down", () => {
    const [one, all] = runJobs(["full", ["d2"]], ["full", ["d1", "d2", "d3"]]);
    assert.equal(one?.status, "successful_with_errors");
    assert.equal(all?.status, "failed");
  });

  test("A-49 [decision] gets no point from jobs of changes until a full has it, even if it returns meanwhile", () => {
    const runs = runJobs(
      ["full", []],
      ["cdc", ["d2"]],
      ["cdc", []],
      ["cdc", []],
      ["full", []],
      ["cdc", []],
    );
    assert.deepEqual(
      runs.map(({ points }) => points.includes("d2")),
      [true, false, false, false, true, true],
    );
    assert.deepEqual(
      runs.map(({ gaps }) => gaps.length),
      [0, 1, 1, 1, 0, 0],
    );
    const back = runJobs(["full", ["d2"]], ["cdc", []], ["cdc", []]);
    assert.deepEqual(
      back.map(({ status }) => status),
      ["successful_with_errors", "successful_with_errors", "successful"],
    );
  });

  test("A-50 [decision] keeps the points from before it went down listed and restorable while it is down, and after", () => {
    const jobs = [
      ["full", []],
      ["log", []],
      ["log", ["d2"]],
      ["log", ["d2"]],
      ["log", []],
      ["full", []],
    ] as const;
    const servers = new Map(["d1", "d2", "d3"].map((name) => [name, new SimulatedServer()]));
    const seen = runJobs(...jobs).map(({ points, gaps }, place) => {
      const [type, down] = jobs[place] ?? assert.fail();
      for (const [name, server] of servers) {
        if (!down.some((each) => each === name)) server.run([{ do: "commit" }]);
        if (points.includes(name)) server.run([{ do: type }]);
      }
      const d2 = servers.get("d2") ?? assert.fail();
      const listed = restorablePoints(d2);
      assert.deepEqual(
        listed,
        d2.headers.map(({ set }) => set),
      );
      return [listed.length, servers.get("d1")?.headers.length, gaps.join()];
    });
    assert.deepEqual(seen, [
      [1, 1, ""],
      [2, 2, ""],
      [2, 3, "d2"],
      [2, 4, "d2"],
      [2, 5, "d2"],
      [3, 6, ""],
    ]);
  });

  test("nobody left in scope is a failure, not a success", () => {
    const everyone = ["d1", "d2", "d3"];
    const runs = runJobs(["full", everyone], ["cdc", everyone], ["cdc", everyone]);
    assert.deepEqual(
      runs.map(({ status }) => status),
      ["failed", "failed", "failed"],
    );
    assert.equal(concludeJob("full", [], new Map()).status, "failed");
  });

  test("a database that a job does not name stands where it stood, with its gap on record", () => {
    const before: Standings = new Map([
      ["d2", "left_out"],
      ["d4", "missed"],
    ]);
    const good: DatabaseOutcome = { database: "d1", result: "backed_up", reason: null };
    const { status, standings, gaps } = concludeJob("full", [good], before);
    assert.deepEqual(standings, new Map([...before, ["d1", "in_scope"]]));
    assert.deepEqual([status, gaps], ["successful", ["d2", "d4"]]);
  });
});

/** The sets of a database that a listing shows an hour after its last backup, each once restored and compared. */
function restorablePoints(server: SimulatedServer): readonly string[] {
  const chain = indexChain(server.headers);
  const [branch] = chain.branches;
  assert(branch !== undefined);
  const points = linePoints(branch, "prod");
  const decisions = decideRetention(points, PACIFIC, toInstant(server.now + 3_600_000));
  const listed = points.filter(({ id }) => decisions.get(id)?.retainedBy.length !== 0);
  const shown = server.headers.filter(({ set }) => listed.some(({ id }) => id === set));
  return shown.map(({ set }) => {
    const answer = restoreSequence({ kind: "point", set }, chain);
    if (isImpossible(answer)) assert.fail(answer.reason);
    assert.deepEqual(server.restored(answer), server.heldBy(set));
    return set;
  });
}

describe("a job with a database that it cannot take", () => {
  const good: DatabaseOutcome = { database: "orders", result: "backed_up", reason: null };

  test("A-51 [decision] an empty database fails; alone it fails the job", () => {
    const empty = emptyDatabaseOutcome("empty");
    assert.equal(empty.reason, "no_tables");
    assert.equal(concludeJob("full", [good, empty], new Map()).status, "successful_with_errors");
    assert.equal(concludeJob("full", [empty], new Map()).status, "failed");
  });

  test("A-12 A-13 A-14 [decision] a database that is skipped for its settings makes the job complete with errors", () => {
    const skipped: DatabaseOutcome = {
      database: "sales",
      result: "skipped",
      reason: "tables_not_tracked",
    };
    assert.equal(concludeJob("cdc", [good, skipped], new Map()).status, "successful_with_errors");
  });

  test("A-44 A-56 [decision] system databases are skipped in a job of changes, which succeeds with a note, or with errors if wanted", () => {
    const scope = cdcScope([
      { name: "orders", isSystem: false },
      { name: "msdb", isSystem: true },
    ]);
    assert.deepEqual(scope, {
      kind: "covers",
      databases: ["orders"],
      skipped: [{ database: "msdb", reason: "system_db_cdc" }],
    });
    const withNote = concludeJob("cdc", [good, systemDatabaseOutcome("msdb")], new Map());
    assert.deepEqual([withNote.status, withNote.gaps], ["successful", []]);
    const withError = concludeJob(
      "cdc",
      [good, systemDatabaseOutcome("msdb", "as_error")],
      new Map(),
    );
    assert.equal(withError.status, "successful_with_errors");
  });

  test("a set without databases covers none, and is no set of system databases", () => {
    assert.deepEqual(cdcScope([]), { kind: "covers", databases: [], skipped: [] });
  });

  test("A-57 [decision] only system databases: the job of changes fails with AZURE_SQL_1057", () => {
    const scope = cdcScope([
      { name: "master", isSystem: true },
      { name: "model", isSystem: true },
    ]);
    assert(scope.kind === "covers_nothing");
    assert.equal(scope.code, "AZURE_SQL_1057");
    const outcomes = scope.skipped.map(({ database }) => systemDatabaseOutcome(database));
    assert.equal(concludeJob("cdc", outcomes, new Map()).status, "failed");
  });

  test("A-43 [decision] a system database has fulls only, and error 22989 says why", () => {
    const master = { name: "master", isSystem: true };
    const types: readonly PointType[] = ["full", "differential", "log", "cdc", "tail"];
    assert.deepEqual(
      types.filter((type) => mayBackUp(master, type)),
      ["full"],
    );
    assert(types.every((type) => mayBackUp({ name: "orders", isSystem: false }, type)));
    assert.equal(cdcReasonOfError(22_989), "system_db_cdc_unsupported");
    assert.equal(cdcReasonOfError(22_901), undefined);
  });
});
