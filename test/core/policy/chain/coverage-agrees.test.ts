import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { BackupHeader } from "../../../../core/policy/chain/backup-header.ts";
import { impossibleDiagnostic } from "../../../../core/policy/chain/impossible-diagnostic.ts";
import { linePoints } from "../../../../core/policy/chain/line-points.ts";
import {
  type Chain,
  indexChain,
  restoreSequence,
} from "../../../../core/policy/chain/restore-sequence.ts";
import { isImpossible } from "../../../../core/policy/chain/restore-target.ts";
import { coverageOf } from "../../../../core/policy/coverage/coverage.ts";
import { handMade } from "./hand-made.ts";
import { minute, show } from "./steps.ts";

/** One set of a database that writes on while it is backed up. */
interface Made {
  readonly type: "full" | "differential" | "log";
  /** Log records before it, minutes before it, and minutes that it takes. */
  readonly records: number;
  readonly pause: number;
  readonly takes: number;
  readonly bulkLogged: boolean;
  readonly copyOnly: boolean;
  readonly damaged: boolean;
}

const anyMade: fc.Arbitrary<Made> = fc.record({
  type: fc.constantFrom("full", "differential", "log", "log", "log"),
  records: fc.nat(3),
  pause: fc.integer({ min: 1, max: 3 }),
  takes: fc.nat(2),
  bulkLogged: fc.integer({ min: 0, max: 2 }).map((one) => one === 0),
  copyOnly: fc.integer({ min: 0, max: 4 }).map((one) => one === 0),
  damaged: fc.integer({ min: 0, max: 9 }).map((one) => one === 0),
});

/** As servers before SQL Server 2022 say it: the newest moment that a log certainly reaches is that of its start. */
function setsOf(made: readonly Made[]): readonly BackupHeader[] {
  const sets: BackupHeader[] = [];
  let [now, written, logged] = [0, 0, 0];
  let base: BackupHeader | undefined;
  for (const { type, records, pause, takes, ...flags } of made) {
    const startedAt = now + pause;
    const from = type === "log" ? logged : written + records;
    written += records + (type === "log" ? 0 : 1);
    now = startedAt + takes;
    const header = handMade(
      type,
      { from, to: written, made: now },
      {
        ...flags,
        bulkLogged: flags.bulkLogged && type === "log",
        startedAt: minute(startedAt),
        newest: minute(type === "log" ? startedAt : now),
        differentialBase:
          type === "differential" && base ? { set: base.set, lsn: base.firstLsn } : null,
      },
    );
    if (type === "log" && !flags.copyOnly) logged = written;
    if (type === "full" && !flags.copyOnly) base = header;
    sets.push(header);
  }
  return sets;
}

function isCovered({ branches }: Chain, at: number): boolean {
  const spans = branches.flatMap((branch) => coverageOf(linePoints(branch, "prod")));
  return spans.some(({ from, to }) => from <= at && at <= to);
}

const answerAt = (chain: Chain, count: number) =>
  restoreSequence({ kind: "instant", at: minute(count) }, chain);

test("coverage offers the instants that can be restored and no others, and a refusal advises one of them (I2)", () => {
  const seen = { covered: 0, bulk: 0 };
  fc.assert(
    fc.property(
      fc.array(anyMade, { minLength: 2, maxLength: 12, size: "max" }),
      fc.array(fc.nat(11), { maxLength: 3 }),
      (made, lost) => {
        const chain = indexChain(setsOf(made).filter((_, index) => !lost.includes(index)));
        const end = made.reduce((sum, { pause, takes }) => sum + pause + takes, 1);
        for (let half = 0; half <= 2 * end; half += 1) {
          const answer = answerAt(chain, half / 2);
          const covered = isCovered(chain, minute(half / 2));
          seen.covered += covered ? 1 : 0;
          if (isImpossible(answer)) {
            assert(!covered, `${half / 2} is offered: ${answer.reason}`);
            if (answer.reason !== "bulk_logged") continue;
            seen.bulk += 1;
            assert(!isImpossible(answerAt(chain, answer.end / minute(1))));
          } else {
            assert(covered, `${half / 2} is not covered`);
            if (answer.logs.at(-1)?.bulkLogged === true) assert.equal(answer.stop, null);
          }
        }
      },
    ),
    { numRuns: 500 },
  );
  assert(seen.covered > 2000 && seen.bulk > 100, JSON.stringify(seen));
});

describe("the end of a bulk-logged log that finished after the newest moment it certainly reaches", () => {
  const full = handMade("full", { from: 0, to: 10, made: 1 });
  const bulk = handMade(
    "log",
    { from: 5, to: 20, made: 6 },
    { bulkLogged: true, startedAt: minute(4), newest: minute(4) },
  );
  const next = handMade(
    "log",
    { from: 20, to: 30, made: 9 },
    { startedAt: minute(8), newest: minute(8) },
  );

  test("is the moment at which it finished, and nothing before it can be restored to", () => {
    const chain = indexChain([full, bulk]);
    const ways = [2, 4, 5, 6, 7].map((count) => show(answerAt(chain, count)));
    assert.deepEqual(ways, [
      "bulk_logged",
      "bulk_logged",
      "bulk_logged",
      "full 1 > log 6",
      "log_ends_before",
    ]);
    assert.deepEqual(
      [1, 2, 4, 5, 6, 7].filter((count) => isCovered(chain, minute(count))),
      [1, 6],
    );
    const refused = answerAt(chain, 4);
    assert(isImpossible(refused));
    assert.match(impossibleDiagnostic(refused).detail, /or its end at 1970-01-01T00:06:00\.000Z/);
  });

  test("comes with what was committed until then where the next log is there", () => {
    const chain = indexChain([full, bulk, next]);
    assert.equal(show(answerAt(chain, 6)), "full 1 > log 6 > log 9 stop 6");
    assert.equal(show(answerAt(chain, 5)), "bulk_logged");
    assert.equal(show(answerAt(chain, 8)), "full 1 > log 6 > log 9 stop 8");
  });
});

describe("an idle database", () => {
  const full = handMade("full", { from: 0, to: 10, made: 1 });

  test("is restored from its full to any moment at which a log says that nothing had happened", () => {
    const empty = handMade("log", { from: 10, to: 10, made: 5 });
    for (const chain of [
      indexChain([full, empty]),
      indexChain([full, handMade("log", { from: 4, to: 10, made: 5 })]),
    ]) {
      assert.equal(show(answerAt(chain, 3)), "full 1");
      assert.equal(show(answerAt(chain, 5)), "full 1");
      assert.deepEqual(answerAt(chain, 6), { reason: "log_ends_before", newest: minute(5) });
    }
  });

  test("is not known to be idle by a log that ends elsewhere, or that cannot be read", () => {
    const elsewhere = handMade("log", { from: 11, to: 11, made: 5 });
    const damaged = handMade("log", { from: 10, to: 10, made: 5 }, { damaged: true });
    assert.equal(show(answerAt(indexChain([full, elsewhere]), 3)), "log_ends_before");
    assert.equal(show(answerAt(indexChain([full, damaged]), 3)), "log_ends_before");
  });
});

test("a log that ends where an earlier one does, and begins later, can be the last", () => {
  const full = handMade("full", { from: 0, to: 10, made: 1 });
  const first = handMade("log", { from: 5, to: 20, made: 3 });
  const copy = handMade("log", { from: 15, to: 20, made: 5 });
  const chain = indexChain([full, first, copy]);
  assert.equal(show(answerAt(chain, 4)), "full 1 > log 3");
  assert.equal(show(restoreSequence({ kind: "point", set: copy.set }, chain)), "full 1 > log 3");
});
