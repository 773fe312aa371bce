import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { BackupHeader } from "../../../../core/policy/chain/backup-header.ts";
import { parseForkGuid } from "../../../../core/policy/chain/guid.ts";
import { parseLsn } from "../../../../core/policy/chain/lsn.ts";
import { indexChain, restoreSequence } from "../../../../core/policy/chain/restore-sequence.ts";
import { isImpossible, type RestoreTarget } from "../../../../core/policy/chain/restore-target.ts";
import { SimulatedServer } from "./simulated-server.ts";
import { minute, parseSteps, show } from "./steps.ts";

function ask(steps: string, target: RestoreTarget): string {
  return show(
    restoreSequence(target, indexChain(new SimulatedServer().run(parseSteps(steps)).headers)),
  );
}

describe("the minimal sequence to a moment", () => {
  const cases: readonly (readonly [title: string, steps: string, at: number, want: string])[] = [
    ["a moment between two logs", "full commit log commit log", 4, "full 1 > log 3 > log 5 stop 4"],
    ["the moment of a full", "full commit log", 1, "full 1"],
    [
      "a differential saves the logs before it",
      "full commit log commit differential commit log",
      6,
      "full 1 > differential 5 > log 7 stop 6",
    ],
    [
      "a copy-only full can be the start",
      "full commit full:copy commit log",
      4,
      "full 3 > log 5 stop 4",
    ],
    [
      "a copy-only full is no base of a differential",
      "full full:copy commit differential",
      4,
      "full 1 > differential 4",
    ],
    [
      "a copy-only log is as good while no other reaches",
      "full commit log:copy",
      2,
      "full 1 > log 3 stop 2",
    ],
    [
      "the log that was taken across a full is used once",
      "full commit full commit log",
      4,
      "full 3 > log 5 stop 4",
    ],
    [
      "an empty log is left out",
      "full commit log log commit log",
      5,
      "full 1 > log 3 > log 6 stop 5",
    ],
    ["an empty log says that nothing happened", "full commit log log", 4, "full 1 > log 3"],
    ["nothing before the first full", "commit full commit log", 1, "no_full_before"],
    ["nothing after the last log", "full commit log commit", 4, "log_ends_before"],
    ["within bulk-logged changes", "full commit commit log:bulk", 2, "bulk_logged"],
    [
      "after bulk-logged changes",
      "full commit log:bulk commit log",
      4,
      "full 1 > log 3 > log 5 stop 4",
    ],
  ];
  for (const [title, steps, at, want] of cases) {
    test(title, () => {
      assert.equal(ask(steps, { kind: "instant", at: minute(at) }), want);
    });
  }

  test("B-70 [decision] a moment between two recovery points needs full, differential and then logs without a gap", () => {
    const steps = "full commit log differential commit log commit log";
    assert.equal(
      ask(steps, { kind: "instant", at: minute(7) }),
      "full 1 > differential 4 > log 6 > log 8 stop 7",
    );
  });

  test("a log that is gone leaves a gap, which is told by its sequence numbers", () => {
    const { headers } = new SimulatedServer().run(
      parseSteps("full commit log commit log commit log"),
    );
    const answer = restoreSequence(
      { kind: "instant", at: minute(6) },
      indexChain(headers.filter(({ finishedAt }) => finishedAt !== minute(5))),
    );
    assert.deepEqual(answer, {
      reason: "log_gap",
      from: headers[1]?.lastLsn,
      to: headers[3]?.firstLsn,
    });
  });

  test("a differential bridges a gap in the logs", () => {
    const { headers } = new SimulatedServer().run(
      parseSteps("full commit log commit differential commit log"),
    );
    const without = headers.filter(({ finishedAt }) => finishedAt !== minute(3));
    const answer = restoreSequence({ kind: "instant", at: minute(6) }, indexChain(without));
    assert.equal(show(answer), "full 1 > differential 5 > log 7 stop 6");
  });
});

describe("a recovery point as the target", () => {
  const steps = "full commit log commit differential commit log";
  for (const [set, want] of [
    [0, "full 1"],
    [1, "full 1 > log 3"],
    [2, "full 1 > differential 5"],
    [3, "full 1 > differential 5 > log 7"],
  ] as const) {
    test(`leads to ${want}`, () => {
      const { headers } = new SimulatedServer().run(parseSteps(steps));
      const chosen = headers[set];
      assert(chosen !== undefined);
      assert.equal(
        show(restoreSequence({ kind: "point", set: chosen.set }, indexChain(headers))),
        want,
      );
    });
  }

  test("is refused when it is damaged, not whole, or has lost its base", () => {
    const { headers } = new SimulatedServer().run(parseSteps("full commit differential"));
    const [full, differential] = headers;
    assert(full !== undefined && differential !== undefined);
    const answers = (sets: readonly BackupHeader[]) =>
      restoreSequence({ kind: "point", set: differential.set }, indexChain(sets));
    assert.deepEqual(answers([full, { ...differential, damaged: true }]), {
      reason: "damaged",
      set: differential.set,
    });
    assert.deepEqual(answers([full, { ...differential, missingStripes: [2] }]), {
      reason: "stripes_missing",
      set: differential.set,
      stripes: [2],
    });
    assert.deepEqual(answers([differential]), {
      reason: "base_missing",
      set: differential.set,
      base: full.set,
    });
    assert.deepEqual(answers([{ ...full, damaged: true }, differential]), {
      reason: "damaged",
      set: full.set,
    });
    assert.deepEqual(answers([full]), { reason: "unknown_point", set: differential.set });
    const several = { ...differential, differentialBase: { set: null, lsn: full.firstLsn } };
    assert.equal(show(answers([full, several])), "several_bases");
    assert.equal(show(answers([{ ...full, copyOnly: true }, differential])), "base_contradicts");
  });
});

test("the base of a differential agrees with it by its first record or by its checkpoint", () => {
  const { headers } = new SimulatedServer().run(parseSteps("full commit differential"));
  const [plain, differential] = headers;
  assert(plain !== undefined && differential !== undefined);
  const answerWith = (lsn: string) => {
    const full = { ...plain, firstLsn: parseLsn("800"), checkpointLsn: parseLsn("900") };
    const named = { ...differential, differentialBase: { set: full.set, lsn: parseLsn(lsn) } };
    return show(restoreSequence({ kind: "point", set: named.set }, indexChain([full, named])));
  };
  assert.equal(answerWith("800"), "full 1 > differential 3");
  assert.equal(answerWith("900"), "full 1 > differential 3");
  assert.equal(answerWith("850"), "base_contradicts");
});

describe("a marked transaction as the target", () => {
  test("B-68 [decision] the sequence stops at the mark, or before it", () => {
    for (const stop of ["at", "before"] as const) {
      assert.equal(
        ask("full commit log commit:release commit log", { kind: "mark", name: "release", stop }),
        `full 1 > log 3 > log 6 stop ${stop} release`,
      );
    }
  });

  test("of two marks with one name the moment says which; without it both are told", () => {
    const steps = "full commit:release log commit:release log";
    const mark = { kind: "mark", name: "release", stop: "at" } as const;
    assert.equal(ask(steps, mark), "mark_ambiguous");
    assert.equal(
      ask(steps, { ...mark, after: minute(3) }),
      "full 1 > log 3 > log 5 stop at release",
    );
    assert.equal(ask(steps, { ...mark, name: "other" }), "mark_unknown");
  });

  test("a start that is already past the mark is not used", () => {
    assert.equal(
      ask("full commit:release full commit log", { kind: "mark", name: "release", stop: "at" }),
      "full 1 > log 5 stop at release",
    );
  });
});

describe("histories that fork", () => {
  const steps = "full commit log commit commit log restore:1 commit log";

  test("a moment of both is refused until the fork is named", () => {
    const { headers } = new SimulatedServer().run(parseSteps(steps));
    const chain = indexChain(headers);
    const at = minute(5);
    const answer = restoreSequence({ kind: "instant", at }, chain);
    assert(isImpossible(answer) && answer.reason === "fork_ambiguous");
    const ways = answer.forks.map((fork) =>
      show(restoreSequence({ kind: "instant", at, fork }, chain)),
    );
    assert.deepEqual(ways, ["full 1 > log 3 > log 6 stop 5", "full 1 > log 3 > log 9 stop 5"]);
  });

  test("a recovery to the end of a log goes on from there, and a fork that is not there is refused", () => {
    const text = "full commit log restore:0 commit log";
    assert.equal(ask(text, { kind: "instant", at: minute(5) }), "full 1 > log 3 > log 6 stop 5");
    const fork = parseForkGuid("00000009-0000-0000-0000-000000000009");
    assert.equal(ask(text, { kind: "instant", at: minute(5), fork }), "fork_unknown");
    assert.equal(
      show(restoreSequence({ kind: "instant", at: minute(5) }, indexChain([]))),
      "no_full_before",
    );
  });

  test("a moment after the fork needs no name, and takes no log of the other history", () => {
    assert.equal(ask(steps, { kind: "instant", at: minute(8) }), "full 1 > log 3 > log 9 stop 8");
  });
});
