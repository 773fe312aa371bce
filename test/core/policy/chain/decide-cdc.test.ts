import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type CdcSettings, cdcViolations } from "../../../../core/policy/chain/cdc-settings.ts";
import {
  type CdcDecision,
  type CdcRecord,
  type CdcState,
  decideFirstCdc,
  decideNextCdc,
} from "../../../../core/policy/chain/decide-cdc.ts";
import { parseLsn } from "../../../../core/policy/chain/lsn.ts";
import type { Milliseconds } from "../../../../core/policy/model/policy-rule.ts";

const DAY = 86_400_000;
const days = (count: number) => (count * DAY) as Milliseconds;
const PROFILE = { continuous: true, retention: days(3), allTables: true, allColumns: true };
const SETTINGS = {
  continuous: true,
  retention: days(3),
  untrackedTables: [],
  partlyTrackedTables: [],
};
const POSITION = { oldest: parseLsn("100000"), newest: parseLsn("900000"), identity: "first" };
const RECORD: CdcRecord = { enabledBy: "engine", identity: "first", reached: parseLsn("500000") };
const OFF: CdcState = { enabled: false, mayEnable: true };

type Enabled = Extract<CdcState, { readonly enabled: true }>;

function on(
  settings: Partial<Enabled["settings"]> = {},
  position: Partial<Enabled["position"]> = {},
): CdcState {
  return {
    enabled: true,
    settings: { ...SETTINGS, ...settings },
    position: { ...POSITION, ...position },
  };
}

function violationsOf(decision: CdcDecision): readonly string[] {
  assert(decision.action === "skip");
  return decision.violations;
}

const WRONG = {
  "A-12": { continuous: false, retention: days(1) },
  "A-13": { untrackedTables: ["dbo.Orders"] },
  "A-14": { partlyTrackedTables: ["dbo.Customers"] },
} as const;
const FOUND = {
  "A-12": ["capture_job_not_continuous", "cleanup_retention_too_short"],
  "A-13": ["tables_not_tracked"],
  "A-14": ["columns_not_tracked"],
} as const;

describe("the first backup of changes", () => {
  for (let mask = 0; mask < 8; mask += 1) {
    const wrong = (["A-12", "A-13", "A-14"] as const).filter((_, bit) => (mask & (1 << bit)) !== 0);
    const ids = wrong.length === 0 ? "A-15" : wrong.join(" ");
    const sentence =
      wrong.length === 0
        ? "a database that was enabled by hand, and rightly, is backed up and never cleaned"
        : "skips the database and says what is wrong";
    test(`${ids} [decision] ${sentence}`, () => {
      const settings = wrong.reduce<Partial<CdcSettings>>(
        (all, id) => ({ ...all, ...WRONG[id] }),
        {},
      );
      const decision = decideFirstCdc(on(settings), PROFILE);
      if (wrong.length > 0) {
        assert.deepEqual(
          violationsOf(decision),
          wrong.flatMap((id) => FOUND[id]),
        );
        return;
      }
      assert.deepEqual(decision, {
        action: "run",
        type: "full",
        reason: null,
        prepare: [],
        enabledBy: "human",
        cleansUp: false,
      });
    });
  }

  test("A-12 [decision] each of the two jobs counts alone", () => {
    assert.deepEqual(cdcViolations({ ...SETTINGS, continuous: false }, PROFILE), [
      "capture_job_not_continuous",
    ]);
    assert.deepEqual(cdcViolations({ ...SETTINGS, retention: days(2) }, PROFILE), [
      "cleanup_retention_too_short",
    ]);
  });

  test("A-15 [decision] one day of retention is enough where the policy asks for one, and more never hurts", () => {
    const oneDay = { ...PROFILE, retention: days(1) };
    assert.deepEqual(cdcViolations({ ...SETTINGS, retention: days(1) }, oneDay), []);
    assert.deepEqual(cdcViolations({ ...SETTINGS, retention: days(30) }, oneDay), []);
    assert.equal(
      cdcViolations({ ...SETTINGS, retention: (DAY - 1) as Milliseconds }, oneDay).length,
      1,
    );
  });

  test("where the service runs the capture, whether it is continuous is not asked", () => {
    assert.deepEqual(cdcViolations({ ...SETTINGS, continuous: null }, PROFILE), []);
  });

  test("A-10 [decision] enables capture where it is off, and cleans up what it enabled", () => {
    const decision = decideFirstCdc(OFF, PROFILE);
    assert(decision.action === "run");
    assert.deepEqual(decision.prepare, ["enable"]);
    assert.deepEqual([decision.enabledBy, decision.cleansUp], ["engine", true]);
  });

  test("A-11 [decision] fails the database where the login may not enable capture", () => {
    assert.deepEqual(decideFirstCdc({ enabled: false, mayEnable: false }, PROFILE), {
      action: "fail",
      reason: "cdc_permission_missing",
    });
  });
});

describe("each later backup of changes", () => {
  const next = (state: CdcState, record: Partial<CdcRecord> = {}) =>
    decideNextCdc(state, PROFILE, { ...RECORD, ...record });

  test("takes the changes while all is as it was", () => {
    const decision = next(on());
    assert(decision.action === "run");
    assert.deepEqual([decision.type, decision.reason, decision.prepare], ["cdc", null, []]);
  });

  test("A-16 [decision] enables capture that was disabled meanwhile, and runs as a full", () => {
    assert.deepEqual(next(OFF), {
      action: "run",
      type: "full",
      reason: "cdc_disabled_between_backups",
      prepare: ["enable"],
      enabledBy: "engine",
      cleansUp: true,
    });
  });

  for (const settings of Object.values(WRONG)) {
    test(`A-17 [decision] disables and enables its own capture with wrong ${Object.keys(settings).join(" and ")}, and runs as a full`, () => {
      const decision = next(on(settings));
      assert(decision.action === "run");
      assert.equal(decision.type, "full");
      assert.equal(decision.reason, "cdc_config_mismatch");
      assert.deepEqual(decision.prepare, ["disable", "enable"]);
    });

    test(`A-18 [decision] never touches a human's capture with wrong ${Object.keys(settings).join(" and ")}: it skips`, () => {
      assert(violationsOf(next(on(settings), { enabledBy: "human" })).length > 0);
    });
  }

  test("A-18 [decision] capture that was enabled anew is somebody else's", () => {
    assert(violationsOf(next(on(WRONG["A-13"], { identity: "second" }))).length > 0);
    const decision = next(on({}, { identity: "second" }));
    assert(decision.action === "run");
    assert.deepEqual(
      [decision.type, decision.reason, decision.cleansUp],
      ["full", "cdc_history_replaced", false],
    );
  });

  test("changes that were cleaned away before they were read need a full", () => {
    const decision = next(on({}, { oldest: parseLsn("500002") }));
    assert(decision.action === "run");
    assert.deepEqual([decision.type, decision.reason], ["full", "cdc_changes_lost"]);
  });

  test("changes that begin right after the newest that was read are all there", () => {
    for (const [reached, oldest] of [
      ["500000", "500000"],
      ["500000", "500001"],
      ["00000001:00000002:ffff", "00000001:00000003:0000"],
    ] as const) {
      const decision = next(
        on({}, { oldest: parseLsn(oldest), newest: parseLsn("9000000000000000") }),
        {
          reached: parseLsn(reached),
        },
      );
      assert(decision.action === "run");
      assert.deepEqual([oldest, decision.type, decision.reason], [oldest, "cdc", null]);
    }
  });

  test("a database that went back in time needs a full", () => {
    const decision = next(on({}, { newest: parseLsn("400000") }));
    assert(decision.action === "run");
    assert.deepEqual([decision.type, decision.reason], ["full", "cdc_history_replaced"]);
  });

  test("a database without new changes needs no full", () => {
    const decision = next(on({}, { newest: RECORD.reached }));
    assert(decision.action === "run");
    assert.deepEqual([decision.type, decision.reason], ["cdc", null]);
  });
});
