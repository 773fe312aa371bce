import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { toInstant } from "../../../../core/kit/clock.ts";
import { linePoints } from "../../../../core/policy/chain/line-points.ts";
import { indexChain, restoreSequence } from "../../../../core/policy/chain/restore-sequence.ts";
import { isImpossible } from "../../../../core/policy/chain/restore-target.ts";
import { coverageOf } from "../../../../core/policy/coverage/coverage.ts";
import { anyStep } from "./any-step.ts";
import { handMade } from "./hand-made.ts";
import { SimulatedServer } from "./simulated-server.ts";

test("what coverage offers can be restored, and what logs restore is covered (I2)", () => {
  fc.assert(
    fc.property(
      fc.array(anyStep, { maxLength: 25, size: "max" }),
      fc.array(fc.nat(24), { maxLength: 4 }),
      (steps, lost) => {
        const server = new SimulatedServer().run(steps);
        const chain = indexChain(server.headers.filter((_, place) => !lost.includes(place)));
        for (const branch of chain.branches) {
          const spans = coverageOf(linePoints(branch, "prod"));
          for (let half = 1; half <= 2 * steps.length; half += 1) {
            const at = toInstant(half * 30_000);
            const answer = restoreSequence({ kind: "instant", at, fork: branch.fork }, chain);
            const isCovered = spans.some(({ from, to }) => from <= at && at <= to);
            if (isImpossible(answer)) {
              // A copy of a bulk-logged log may lead beyond it; the sequence does not look for that.
              assert(!isCovered || answer.reason === "bulk_logged", `nothing leads to ${half / 2}`);
              continue;
            }
            const last = answer.logs.at(-1);
            if (last?.bulkLogged === false) assert(isCovered, `${half / 2} is not covered`);
          }
        }
      },
    ),
    { numRuns: 300 },
  );
});

test("a differential builds on its full, a log on the newest data that leads to it, or on nothing", () => {
  const server = new SimulatedServer().run([
    { do: "full" },
    { do: "commit" },
    { do: "log" },
    { do: "commit" },
    { do: "differential" },
    { do: "commit" },
    { do: "log" },
  ]);
  const [full, , differential] = server.headers;
  const bases = (headers: typeof server.headers) =>
    indexChain(headers)
      .branches.flatMap((branch) => linePoints(branch, "prod"))
      .map(({ type, base }) => [type, base]);
  assert.deepEqual(bases(server.headers), [
    ["full", null],
    ["differential", full?.set],
    ["log", full?.set],
    ["log", differential?.set],
  ]);
  assert.deepEqual(bases(server.headers.slice(3)), [["log", null]]);
});

test("an empty log is no point, and a log does not build on data that ends where it does", () => {
  const full = handMade("full", { from: 0, to: 0, made: 1 });
  const log = handMade("log", { from: 0, to: 10, made: 3 });
  const copy = handMade("full", { from: 10, to: 10, made: 4 }, { copyOnly: true });
  const empty = handMade("log", { from: 10, to: 10, made: 5 });
  const [branch] = indexChain([full, log, copy, empty]).branches;
  assert(branch !== undefined);
  assert.deepEqual(
    linePoints(branch, "prod").map(({ id, base }) => [id, base]),
    [
      [full.set, null],
      [copy.set, null],
      [log.set, full.set],
    ],
  );
});
