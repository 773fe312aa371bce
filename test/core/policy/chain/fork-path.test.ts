import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { BackupHeader } from "../../../../core/policy/chain/backup-header.ts";
import { findForkPaths, liesOn } from "../../../../core/policy/chain/fork-path.ts";
import { type ForkGuid, parseForkGuid } from "../../../../core/policy/chain/guid.ts";
import { indexChain, restoreSequence } from "../../../../core/policy/chain/restore-sequence.ts";
import { FORK, handMade, place } from "./hand-made.ts";
import { minute, show } from "./steps.ts";

const fork = (number: number) => parseForkGuid(`0000000f-0000-0000-0000-${number}`.padEnd(36, "0"));
const SECOND = fork(2);
const THIRD = fork(3);

/** A log that crosses a recovery: it begins on one fork and ends on another. */
function crossing(firstFork: ForkGuid, lastFork: ForkGuid, at: number | null): BackupHeader {
  const forkPoint = at === null ? null : place(at);
  return handMade("log", { from: 0, to: 20, made: 5 }, { firstFork, lastFork, forkPoint });
}

const onFork = (lastFork: ForkGuid, to: number) =>
  handMade("log", { from: 0, to, made: 3 }, { firstFork: lastFork, lastFork });

describe("lines of history", () => {
  test("lead through the forks that logs join, each to where the line leaves it", () => {
    const paths = findForkPaths([crossing(FORK, SECOND, 10), crossing(SECOND, THIRD, 15)]);
    const line = new Map([
      [THIRD, null],
      [SECOND, place(15)],
      [FORK, place(10)],
    ]);
    assert.deepEqual(paths.get(THIRD), line);
    assert.deepEqual([...paths.keys()], [SECOND, THIRD]);
  });

  test("end, where forks name each other in a circle", () => {
    const paths = findForkPaths([crossing(FORK, SECOND, 10), crossing(SECOND, FORK, 15)]);
    assert.deepEqual([...(paths.get(FORK)?.keys() ?? [])], [FORK, SECOND]);
  });

  test("have no past where two forks are named without the place at which they part", () => {
    const paths = findForkPaths([onFork(FORK, 10), crossing(FORK, SECOND, null)]);
    assert.deepEqual(paths.get(SECOND), new Map([[SECOND, null]]));
  });

  test("keep their past, though a log within the fork repeats where it began", () => {
    const within = { ...onFork(SECOND, 30), forkPoint: place(10) };
    const paths = findForkPaths([crossing(FORK, SECOND, 10), within]);
    assert.deepEqual(paths.get(SECOND)?.get(FORK), place(10));
  });
});

describe("a set lies on a line", () => {
  const path = new Map([
    [SECOND, null],
    [FORK, place(10)],
  ]);

  test("up to the place where the line leaves its fork", () => {
    assert(liesOn(path, onFork(FORK, 10)));
    assert(!liesOn(path, onFork(FORK, 11)));
    assert(liesOn(path, onFork(SECOND, 99)));
  });

  test("only with its beginning and its end", () => {
    assert(liesOn(path, crossing(FORK, SECOND, 10)));
    assert(!liesOn(path, crossing(THIRD, SECOND, 10)));
    assert(!liesOn(path, crossing(FORK, THIRD, 10)));
  });
});

test("with no way on any line the reason is that of the line that goes on longest", () => {
  const full = handMade("full", { from: 0, to: 0, made: 1 });
  const old = handMade("log", { from: 0, to: 30, made: 3 });
  const after = crossing(FORK, SECOND, 10);
  const target = { kind: "instant", at: minute(9) } as const;
  for (const sets of [
    [full, old, after],
    [after, old, full],
  ]) {
    const answer = restoreSequence(target, indexChain(sets));
    assert.deepEqual(answer, { reason: "log_ends_before", newest: minute(5) });
  }
});

test("a full that a differential of another fork builds on leads to its own moment, but no log goes on from it", () => {
  const full = handMade("full", { from: 0, to: 0, made: 1 });
  const differential = handMade(
    "differential",
    { from: 20, to: 20, made: 4 },
    {
      firstFork: SECOND,
      lastFork: SECOND,
      differentialBase: { set: full.set, lsn: full.firstLsn },
    },
  );
  const log = handMade(
    "log",
    { from: 0, to: 10, made: 3 },
    { firstFork: SECOND, lastFork: SECOND },
  );
  const chain = indexChain([full, differential, log]);
  const at = (made: number) =>
    show(restoreSequence({ kind: "instant", at: minute(made), fork: SECOND }, chain));
  assert.deepEqual([1, 2, 4].map(at), ["full 1", "no_full_before", "full 1 > differential 4"]);
  const [, line] = chain.branches;
  assert.deepEqual(
    line?.pastFulls.map((past) => past.full),
    [full],
  );
});

test("a log whose beginning is of no known fork is not applied", () => {
  const full = handMade(
    "full",
    { from: 0, to: 0, made: 1 },
    { firstFork: SECOND, lastFork: SECOND },
  );
  const strange = crossing(THIRD, SECOND, null);
  const target = { kind: "instant", at: minute(4) } as const;
  assert.equal(show(restoreSequence(target, indexChain([full, strange]))), "log_ends_before");
});
