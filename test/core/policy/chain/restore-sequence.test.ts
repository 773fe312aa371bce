import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { type Instant, toInstant } from "../../../../core/kit/clock.ts";
import type { BackupHeader } from "../../../../core/policy/chain/backup-header.ts";
import { parseForkGuid } from "../../../../core/policy/chain/guid.ts";
import { parseLsn } from "../../../../core/policy/chain/lsn.ts";
import { indexChain, restoreSequence } from "../../../../core/policy/chain/restore-sequence.ts";
import {
  isImpossible,
  type RestoreAnswer,
  type RestoreTarget,
} from "../../../../core/policy/chain/restore-target.ts";
import { anyStep } from "./any-step.ts";
import { SimulatedServer, type Step } from "./simulated-server.ts";

const minute = (count: number): Instant => toInstant(count * 60_000);

function parseSteps(text: string): readonly Step[] {
  return text.split(" ").map((word): Step => {
    const [name = "", argument = ""] = word.split(":");
    switch (name) {
      case "commit":
        return { do: "commit", mark: argument || undefined };
      case "restore":
        return { do: "restore", back: Number(argument) };
      case "full":
      case "differential":
      case "log":
        return { do: name, copyOnly: argument === "copy", bulkLogged: argument === "bulk" };
      default:
        throw new Error(`no step ${name}`);
    }
  });
}

/** `full 1 > log 4 stop 5`: the minutes at which the sets were made. */
function show(answer: RestoreAnswer): string {
  if (isImpossible(answer)) return answer.reason;
  const { full, differential, logs, stop } = answer;
  const sets = [full, ...(differential === null ? [] : [differential]), ...logs];
  const shown = sets.map(({ type, finishedAt }) => `${type} ${finishedAt / 60_000}`).join(" > ");
  if (stop === null) return shown;
  return stop.kind === "instant"
    ? `${shown} stop ${stop.at / 60_000}`
    : `${shown} stop ${stop.stop} ${stop.name}`;
}

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

describe("random histories", () => {
  test("every sequence that is offered restores what the database held at that moment", () => {
    let offered = 0;
    fc.assert(
      fc.property(
        fc.array(anyStep, { maxLength: 25, size: "max" }),
        fc.array(fc.nat(24), { maxLength: 4 }),
        (steps, lost) => {
          const server = new SimulatedServer();
          const truth = [...steps.keys()].map((place) => heldAfter(steps.slice(0, place + 1)));
          server.run(steps);
          const kept = server.headers.filter((_, place) => !lost.includes(place));
          const chain = indexChain(kept);
          for (const place of steps.keys()) {
            const at = minute(place + 1);
            for (const branch of chain.branches) {
              const answer = restoreSequence({ kind: "instant", at, fork: branch.fork }, chain);
              if (isImpossible(answer)) continue;
              offered += 1;
              const held = server.restored(answer);
              const last = server.taken.find(
                ({ header }) =>
                  header.set === (answer.logs.at(-1) ?? answer.differential ?? answer.full).set,
              );
              const known = last?.history.filter((commit) => commit.at <= at).map(({ id }) => id);
              assert.deepEqual(held, known);
              if (!steps.some((each) => each.do === "restore"))
                assert.deepEqual(held, truth[place]);
            }
          }
        },
      ),
      { numRuns: 500 },
    );
    assert(offered > 500, `only ${offered} sequences were tried`);
  });

  test("whatever some order of the sets would restore is offered", () => {
    fc.assert(
      fc.property(
        fc.array(anyStep, { maxLength: 20, size: "max" }),
        fc.array(fc.nat(19), { maxLength: 4 }),
        (steps, lost) => {
          const server = new SimulatedServer().run(steps);
          const kept = server.headers.filter((_, place) => !lost.includes(place));
          const chain = indexChain(kept);
          for (const { set, type } of kept) {
            const answer = restoreSequence({ kind: "point", set }, chain);
            if (isImpossible(answer)) assert(!canBeReached(kept, set), `${type} can be reached`);
            else server.restored(answer);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

function heldAfter(steps: readonly Step[]): readonly number[] {
  const server = new SimulatedServer().run([...steps, { do: "full" }]);
  return server.taken.at(-1)?.history.map(({ id }) => id) ?? [];
}

/** Tries every log after every position: slow, and without any cleverness. */
function canBeReached(headers: readonly BackupHeader[], wanted: BackupHeader["set"]): boolean {
  const target = headers.find(({ set }) => set === wanted);
  if (target === undefined) return false;
  const fulls = headers.filter(({ type }) => type === "full");
  const differentials = headers.filter(
    ({ type, differentialBase }) =>
      type === "differential" && fulls.some(({ set }) => set === differentialBase?.set),
  );
  if (target.type === "differential") return differentials.includes(target);
  if (target.type === "full") return true;
  const open = [...fulls, ...differentials].map(({ lastFork, lastLsn }) => ({ lastFork, lastLsn }));
  const seen = new Set<string>();
  for (const position of open) {
    if (position.lastFork === target.lastFork && position.lastLsn === target.lastLsn) return true;
    for (const log of headers) {
      if (log.type !== "log") continue;
      const key = `${log.lastFork} ${log.lastLsn}`;
      if (seen.has(key) || !goesOn(log, position)) continue;
      seen.add(key);
      open.push(log);
    }
  }
  return false;
}

type Position = Pick<BackupHeader, "lastFork" | "lastLsn">;

function goesOn(log: BackupHeader, { lastLsn, lastFork }: Position): boolean {
  const { firstLsn, forkPoint, firstFork } = log;
  const isBefore = forkPoint === null || lastLsn <= forkPoint;
  const isAfter = forkPoint === null || lastLsn >= forkPoint;
  const forksThere = [...(isBefore ? [firstFork] : []), ...(isAfter ? [log.lastFork] : [])];
  return firstLsn <= lastLsn && lastLsn < log.lastLsn && forksThere.includes(lastFork);
}
