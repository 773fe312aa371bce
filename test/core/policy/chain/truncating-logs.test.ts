import assert from "node:assert/strict";
import { test } from "node:test";
import { type Instant, toInstant } from "../../../../core/kit/clock.ts";
import { decideLog, type LiveLog } from "../../../../core/policy/chain/decide-log.ts";
import { parseForkGuid } from "../../../../core/policy/chain/guid.ts";
import { parseLsn } from "../../../../core/policy/chain/lsn.ts";
import { indexChain, restoreSequence } from "../../../../core/policy/chain/restore-sequence.ts";
import { isImpossible } from "../../../../core/policy/chain/restore-target.ts";
import type { HistoryEvent } from "../../../../core/policy/model/history.ts";
import { simulateHistory } from "../../../../core/policy/simulate/simulate.ts";
import { policyRule } from "../schedule/run-agenda.ts";
import { SimulatedServer } from "./simulated-server.ts";

const HOUR = 3_600_000;

function atHour(hour: number): Instant {
  return toInstant(Date.UTC(2017, 1, 1, hour));
}

/** A full at 1:00, then a log at each hour; `copies` are the hours of those that are copy-only. */
function reachesOfLogs(logs: readonly number[], copies: readonly number[]) {
  const event = (type: "full" | "log", hour: number): HistoryEvent => ({
    type,
    database: "orders",
    startedAt: atHour(hour),
    completedAt: atHour(hour),
    status: "successful",
    reason: null,
    copyOnly: copies.includes(hour),
  });
  const events = [event("full", 1), ...logs.map((hour) => event("log", hour))];
  const { points } = simulateHistory(policyRule({ timezone: "UTC" }), events, atHour(12));
  return points.flatMap(({ reach }) => {
    if (reach === null) return [];
    const hourOf = (lsn: bigint) => (Number(lsn) - atHour(0)) / HOUR;
    return [[hourOf(reach.from), hourOf(reach.to)]];
  });
}

test("B-61 [decision] a log truncates the log of the database: the next one begins where it ended", () => {
  assert.deepEqual(reachesOfLogs([2, 3, 4], []), [
    [1, 2],
    [2, 3],
    [3, 4],
  ]);
});

test("B-61 [decision] a copy-only log truncates nothing: the next one holds all that it held", () => {
  assert.deepEqual(reachesOfLogs([2, 3, 4, 5], [3, 4]), [
    [1, 2],
    [2, 3],
    [2, 4],
    [2, 5],
  ]);
});

test("B-61 [decision] a restore can do without a copy-only log, and not without one that truncated", () => {
  const logs = (copyOnly: boolean) =>
    new SimulatedServer().run([
      { do: "full" },
      { do: "commit" },
      { do: "log", copyOnly },
      { do: "commit" },
      { do: "log" },
    ]);
  for (const copyOnly of [true, false]) {
    const server = logs(copyOnly);
    const [full, first, last] = server.headers;
    assert.ok(full && first && last);
    const target = { kind: "point", set: last.set } as const;
    const without = restoreSequence(target, indexChain([full, last]));
    assert.equal(isImpossible(without), !copyOnly);
    const whole = restoreSequence(target, indexChain(server.headers));
    assert.ok(!isImpossible(whole));
    assert.deepEqual(server.restored(whole), [1, 2]);
  }
});

test("B-61 [decision] our copy-only log does not move where the server's next log begins, somebody else's log does", () => {
  const fork = parseForkGuid("00000001-0000-0000-0000-00000000f04c");
  const own = { end: parseLsn("600000"), fork, baseIsOurs: true };
  const live = (nextLog: string): LiveLog => ({
    recoveryModel: "full",
    nextLog: parseLsn(nextLog),
    fork,
  });
  assert.deepEqual(decideLog(live("500000"), own), { run: "log" });
  assert.deepEqual(decideLog(live("700000"), own), {
    run: "differential",
    reason: "foreign_log_breaks_chain",
  });
});
