import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { BackupHeader } from "../../../../core/policy/chain/backup-header.ts";
import { indexChain, restoreSequence } from "../../../../core/policy/chain/restore-sequence.ts";
import type { RestoreAnswer, RestoreTarget } from "../../../../core/policy/chain/restore-target.ts";
import { handMade, place } from "./hand-made.ts";
import { minute, show } from "./steps.ts";

function answerTo(target: RestoreTarget, sets: readonly BackupHeader[]): RestoreAnswer {
  return restoreSequence(target, indexChain(sets));
}

/** The same answer, whatever the order of the sets. */
function answerAt(at: number, sets: readonly BackupHeader[]): RestoreAnswer {
  const target = { kind: "instant", at: minute(at) } as const;
  const answer = answerTo(target, sets);
  assert.deepEqual(answerTo(target, sets.toReversed()), answer);
  return answer;
}

function answerOf(wanted: BackupHeader, sets: readonly BackupHeader[]): RestoreAnswer {
  const target = { kind: "point", set: wanted.set } as const;
  const answer = answerTo(target, sets);
  assert.deepEqual(answerTo(target, sets.toReversed()), answer);
  return answer;
}

type Extent = readonly [from: number, to: number];

const FULL = handMade("full", { from: 0, to: 0, made: 1 });
const log = ([from, to]: Extent, made: number, more: Partial<BackupHeader> = {}) =>
  handMade("log", { from, to, made }, more);

describe("sets that cannot be used", () => {
  test("no moment is restored through a damaged log, or one that is not whole", () => {
    const next = log([10, 20], 5);
    for (const broken of [{ damaged: true }, { missingStripes: [2] }]) {
      const answer = answerAt(4, [FULL, log([0, 10], 3, broken), next]);
      assert.deepEqual(answer, { reason: "log_gap", from: place(0), to: place(10) });
    }
  });

  test("a damaged full is passed over for the one before it", () => {
    const damaged = handMade("full", { from: 10, to: 10, made: 3 }, { damaged: true });
    assert.equal(show(answerAt(4, [FULL, damaged, log([0, 20], 5)])), "full 1 > log 5 stop 4");
  });

  test("a line with nothing but damaged sets has no full", () => {
    const nothing = { reason: "no_full_before" };
    assert.deepEqual(answerAt(3, [log([0, 10], 3, { damaged: true })]), nothing);
  });

  test("a differential that names no base at all is told of as such", () => {
    const lost = handMade("differential", { from: 10, to: 10, made: 3 });
    const wanted = { reason: "base_contradicts", set: lost.set, base: null };
    assert.deepEqual(answerOf(lost, [FULL, lost]), wanted);
  });
});

describe("logs that lie over each other", () => {
  test("none is stopped in behind a bulk-logged one that already goes beyond the moment", () => {
    const bulk = log([0, 20], 5, { bulkLogged: true });
    const sets = [FULL, bulk, log([15, 30], 8)];
    assert.deepEqual(answerAt(4, sets), { reason: "bulk_logged", set: bulk.set, end: minute(5) });
    assert.equal(show(answerAt(6, sets)), "full 1 > log 5 > log 8 stop 6");
    const detour = log([0, 15], 3);
    assert.equal(show(answerAt(4, [...sets, detour])), "full 1 > log 3 > log 8 stop 4");
  });

  test("a shorter log within a longer one opens no gap", () => {
    const last = log([20, 30], 5);
    const sets = [FULL, log([0, 20], 3), log([5, 10], 4, { copyOnly: true }), last];
    assert.equal(show(answerOf(last, sets)), "full 1 > log 3 > log 5");
  });

  test("the longer of two logs that both fit saves one", () => {
    const last = log([20, 30], 6);
    const sets = [FULL, log([0, 10], 2), log([0, 20], 3), log([10, 20], 4), last];
    assert.equal(show(answerOf(last, sets)), "full 1 > log 3 > log 6");
  });

  test("a log that ends where the wanted one does is not put before it", () => {
    const wanted = log([10, 20], 5);
    const sets = [FULL, log([0, 20], 3), log([0, 10], 4), wanted];
    assert.equal(show(answerOf(wanted, sets)), "full 1 > log 4 > log 5");
  });

  test("a log that cannot be reached is replaced by one that ends where it does", () => {
    const wanted = log([10, 20], 5);
    assert.equal(show(answerOf(wanted, [FULL, log([0, 20], 3), wanted])), "full 1 > log 3");
  });

  test("what only a log that goes too far would lead to is told as a gap", () => {
    const wanted = log([12, 15], 4);
    const answer = answerOf(wanted, [FULL, log([0, 10], 2), log([5, 20], 3), wanted]);
    assert.deepEqual(answer, { reason: "log_gap", from: place(10), to: place(12) });
  });

  test("the gap begins where the longest log before it ends", () => {
    const last = log([30, 40], 5);
    const answer = answerOf(last, [FULL, log([0, 20], 2), log([5, 10], 3), last]);
    assert.deepEqual(answer, { reason: "log_gap", from: place(20), to: place(30) });
  });

  test("of two gaps the first is told", () => {
    const last = log([40, 50], 5);
    const answer = answerOf(last, [FULL, log([10, 20], 2), log([20, 30], 3), last]);
    assert.deepEqual(answer, { reason: "log_gap", from: place(0), to: place(10) });
  });

  test("of two logs with one beginning the shorter leads to a moment that both reach", () => {
    const sets = [FULL, log([0, 20], 5), log([0, 10], 3)];
    assert.equal(show(answerAt(2, sets)), "full 1 > log 3 stop 2");
    assert.equal(show(answerAt(4, sets)), "full 1 > log 5 stop 4");
  });

  test("where the first log that reaches the moment is bulk-logged, another that reaches it is taken", () => {
    const bulk = log([0, 10], 3, { bulkLogged: true });
    assert.equal(show(answerAt(2, [FULL, bulk, log([0, 20], 5)])), "full 1 > log 5 stop 2");
    assert.equal(show(answerAt(2, [FULL, bulk, log([10, 20], 5)])), "bulk_logged");
  });

  test("a log that lies over the one with the moment, but ended before it, is no way there", () => {
    const bulk = log([0, 20], 6, { bulkLogged: true });
    const before = [log([0, 10], 3), log([10, 15], 4)];
    assert.equal(show(answerAt(5, [FULL, bulk, ...before])), "bulk_logged");
  });

  test("a log that says nothing more happened lets the one before it reach further", () => {
    const sets = [FULL, log([0, 10], 3, { copyOnly: true }), log([5, 10], 5)];
    assert.equal(show(answerAt(4, sets)), "full 1 > log 3");
    assert.equal(show(answerAt(6, sets)), "log_ends_before");
  });
});

describe("empty logs", () => {
  const empty = log([10, 10], 4);

  test("after a gap are refused with the gap", () => {
    assert.deepEqual(answerOf(empty, [FULL, empty]), {
      reason: "log_gap",
      from: place(0),
      to: place(10),
    });
  });

  test("where a data backup ends need that alone, and without any there is no way", () => {
    const later = handMade("full", { from: 10, to: 10, made: 3 });
    assert.equal(show(answerOf(empty, [FULL, later, empty])), "full 3");
    assert.equal(show(answerOf(empty, [empty])), "no_full_before");
    const after = handMade("full", { from: 20, to: 20, made: 5 });
    assert.equal(show(answerOf(empty, [empty, after])), "no_full_before");
  });
});

describe("data backups", () => {
  test("of two that end at one place the one that finished later is taken", () => {
    const copy = handMade("full", { from: 0, to: 0, made: 2 }, { copyOnly: true });
    assert.equal(show(answerAt(3, [FULL, copy, log([0, 10], 4)])), "full 2 > log 4 stop 3");
  });

  test("the one that ends last in the log is taken, though the clock was set back", () => {
    const early = handMade("full", { from: 0, to: 0, made: 9 });
    const late = handMade("full", { from: 10, to: 10, made: 5 });
    const last = log([10, 20], 6);
    assert.equal(show(answerOf(last, [early, late, last])), "full 5 > log 6");
  });

  test("a moment between two that no log joins is told as a gap, as one before all is not", () => {
    const base = { set: FULL.set, lsn: FULL.firstLsn };
    const next = handMade(
      "differential",
      { from: 20, to: 20, made: 6 },
      { differentialBase: base },
    );
    const gap = { reason: "log_gap", from: place(0), to: place(20) };
    assert.deepEqual(answerAt(3, [FULL, next]), gap);
    assert.deepEqual(answerAt(5, [FULL, log([0, 10], 3), next]), { ...gap, from: place(10) });
    assert.equal(show(answerAt(0, [FULL, next])), "no_full_before");
  });

  test("a gap between two never ends before it begins, though one copies another or the clock was set back", () => {
    const copy = handMade("full", { from: 0, to: 0, made: 5 }, { copyOnly: true });
    const next = handMade("full", { from: 20, to: 20, made: 8 });
    const gap = { reason: "log_gap", from: place(0), to: place(20) };
    assert.deepEqual(answerAt(3, [FULL, copy, next]), gap);
    const setBack = log([0, 30], 2);
    assert.deepEqual(answerAt(3, [FULL, setBack, next]), gap);
  });

  test("the newest moment of all is told, be it a data backup's or a log's", () => {
    const second = handMade("full", { from: 10, to: 10, made: 5 });
    const newest = (sets: readonly BackupHeader[]) => answerAt(9, sets);
    const told = (made: number) => ({ reason: "log_ends_before", newest: minute(made) });
    assert.deepEqual(newest([FULL, log([0, 10], 3), second]), told(5));
    assert.deepEqual(newest([FULL, second, log([10, 20], 7)]), told(7));
    const setBack = handMade("full", { from: 20, to: 20, made: 2 });
    assert.deepEqual(newest([FULL, second, setBack]), told(5));
  });
});

describe("where a log ends", () => {
  test("the moment at which it was made needs no stop, and one before it does", () => {
    const sets = [FULL, log([0, 10], 3)];
    assert.equal(show(answerAt(3, sets)), "full 1 > log 3");
    assert.equal(show(answerAt(2, sets)), "full 1 > log 3 stop 2");
  });
});

describe("marks", () => {
  test("no log that goes beyond the mark comes before the one that stops at it", () => {
    const marks = [{ name: "m", lsn: place(17), at: minute(4) }];
    const mark = { kind: "mark", name: "m", stop: "at" } as const;
    const sets = [FULL, log([0, 20], 5), log([15, 30], 8, { marks })];
    assert.deepEqual(answerTo(mark, sets), { reason: "log_gap", from: place(0), to: place(15) });
    assert.match(show(answerTo(mark, [...sets, log([0, 15], 3)])), /^full 1 > log 3 > log 8 stop/);
  });

  const mark = (lsn: number, at: number) => ({ name: "release", lsn: place(lsn), at: minute(at) });
  const after = (at: number, sets: readonly BackupHeader[]) =>
    answerTo({ kind: "mark", name: "release", stop: "at", after: minute(at) }, sets);
  const first = log([0, 10], 3, { marks: [mark(5, 2)] });
  const second = log([10, 20], 5, { marks: [mark(15, 4)] });

  test("one exactly at the moment counts as after it", () => {
    assert.equal(show(after(2, [FULL, first, second])), "full 1 > log 3 stop at release");
    assert.equal(show(after(4, [FULL, first, second])), "full 1 > log 3 > log 5 stop at release");
    assert.equal(show(after(5, [FULL, first, second])), "mark_unknown");
  });

  test("one that cannot be stopped at is not exchanged for a later one of the same name", () => {
    const bulk = { ...first, bulkLogged: true };
    assert.equal(show(after(2, [FULL, bulk, second])), "bulk_logged");
  });

  test("one that lies in two logs is reached through either", () => {
    const bulk = { ...first, bulkLogged: true };
    const whole = log([0, 20], 6, { marks: [mark(5, 2)] });
    const target = { kind: "mark", name: "release", stop: "before" } as const;
    const way = "full 1 > log 6 stop before release";
    assert.equal(show(answerTo(target, [FULL, bulk, whole])), way);
  });

  test("a data backup that ends right at the mark leads to it", () => {
    const full = handMade("full", { from: 5, to: 5, made: 8 });
    assert.equal(show(after(2, [FULL, first, full])), "full 8 > log 3 stop at release");
  });
});
