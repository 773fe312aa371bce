import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { BackupHeader } from "../../../../core/policy/chain/backup-header.ts";
import { indexChain, restoreSequence } from "../../../../core/policy/chain/restore-sequence.ts";
import {
  isImpossible,
  type RestoreSequence,
} from "../../../../core/policy/chain/restore-target.ts";
import { anyStep, anyUnrulyStep } from "./any-step.ts";
import { SimulatedServer, type Step } from "./simulated-server.ts";
import { minute } from "./steps.ts";

describe("random histories", () => {
  test("every sequence that is offered restores what the database held at that moment", () => {
    let offered = 0;
    fc.assert(
      fc.property(
        fc.array(anyStep, { minLength: 5, maxLength: 25, size: "max" }),
        fc.array(fc.nat(24), { maxLength: 4 }),
        (more, lost) => {
          const steps: readonly Step[] = [{ do: "full" }, ...more];
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
      { numRuns: 300 },
    );
    assert(offered > 3000, `only ${offered} sequences were tried`);
  });

  test("whatever some order of the whole sets would restore is offered, though sets are lost, damaged and out of order", () => {
    const seen = { offered: 0, refused: 0 };
    fc.assert(
      fc.property(
        fc.array(anyUnrulyStep, { minLength: 10, maxLength: 40, size: "max" }),
        fc.array(fc.integer({ min: 1, max: 25 }), { maxLength: 6 }),
        fc.array(fc.integer({ min: 1, max: 25 }), { maxLength: 3 }),
        (more, lost, broken) => {
          const server = new SimulatedServer().run([{ do: "full" }, ...more]);
          const kept = server.headers
            .map((header, place) => ({ ...header, damaged: broken.includes(place) }))
            .filter((_, place) => !lost.includes(place));
          const chain = indexChain(more.length % 2 === 0 ? kept : kept.toReversed());
          for (const { set, type, damaged } of kept) {
            const answer = restoreSequence({ kind: "point", set }, chain);
            if (isImpossible(answer)) {
              seen.refused += 1;
              assert(!canBeReached(kept, set), `${type} can be reached`);
            } else {
              seen.offered += 1;
              assert(!damaged && setsOf(answer).every((each) => !each.damaged));
              assert.deepEqual(server.restored(answer), server.heldBy(set));
            }
          }
        },
      ),
      { numRuns: 1000 },
    );
    assert(seen.offered > 8000 && seen.refused > 800, JSON.stringify(seen));
  });
});

function heldAfter(steps: readonly Step[]): readonly number[] {
  const server = new SimulatedServer().run([...steps, { do: "full" }]);
  return server.taken.at(-1)?.history.map(({ id }) => id) ?? [];
}

function setsOf({ full, differential, logs }: RestoreSequence): readonly BackupHeader[] {
  return differential === null ? [full, ...logs] : [full, differential, ...logs];
}

/** Tries every log after every position: slow, and without any cleverness. */
function canBeReached(all: readonly BackupHeader[], wanted: BackupHeader["set"]): boolean {
  const headers = all.filter(({ damaged }) => !damaged);
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
