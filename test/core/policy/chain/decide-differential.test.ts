import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { toInstant } from "../../../../core/kit/clock.ts";
import type { ConversionReason } from "../../../../core/policy/chain/conversion-reason.ts";
import { decideDifferential } from "../../../../core/policy/chain/decide-differential.ts";
import type {
  DifferentialFacts,
  FullHistory,
  FullRecord,
  LiveFacts,
} from "../../../../core/policy/chain/differential-facts.ts";
import { parseSetGuid } from "../../../../core/policy/chain/guid.ts";
import { parseLsn } from "../../../../core/policy/chain/lsn.ts";
import type { Milliseconds } from "../../../../core/policy/model/policy-rule.ts";

const OURS = parseSetGuid("00000001-0000-0000-0000-000000000001");
const FOREIGN = parseSetGuid("00000002-0000-0000-0000-000000000002");
const DATA = { id: "1", path: "D:\\Data\\orders.mdf", bytes: 8_000_000 };
const LOG = { id: "2", path: "L:\\Log\\orders.ldf", bytes: 1_000_000 };
const MASTER = { id: "m", path: "C:\\Data\\master.mdf", bytes: 4_000_000 };
const record = { set: OURS, firstLsn: parseLsn("39000000048800071"), startedAt: toInstant(5_000) };

const FULL: FullRecord = {
  ...record,
  database: "orders",
  members: ["orders", "sales"],
  files: [DATA, LOG],
  masterFiles: [MASTER],
  matchesMetadata: true,
};
const LIVE: LiveFacts = {
  database: "orders",
  members: ["sales", "orders"],
  files: [LOG, DATA],
  masterFiles: [MASTER],
  replica: "none",
  differentialBase: OURS,
  record,
};
const HISTORY: FullHistory = {
  everBackedUp: true,
  trigger: "schedule",
  newestFull: "completed",
  fullExists: true,
};

interface Change {
  readonly history?: Partial<FullHistory>;
  readonly full?: Partial<FullRecord> | null;
  readonly live?: Partial<LiveFacts>;
}

function factsWith({ history, full, live }: Change): DifferentialFacts {
  return {
    history: { ...HISTORY, ...history },
    full: full === null ? null : { ...FULL, ...full },
    live: { ...LIVE, ...live },
  };
}

function decide(change: Change): string {
  const decision = decideDifferential(factsWith(change));
  return decision.run === "full" ? decision.reason : decision.run;
}

const CASES: readonly (readonly [string, string, Change, ConversionReason])[] = [
  ["B-45", "the full is not complete", { history: { newestFull: "running" } }, "no_completed_full"],
  [
    "B-46",
    "a file was added",
    { live: { files: [DATA, LOG, { ...DATA, id: "3" }] } },
    "file_set_changed",
  ],
  ["B-46", "a file was deleted", { live: { files: [DATA] } }, "file_set_changed"],
  [
    "B-47",
    "a file was renamed",
    { live: { files: [{ ...DATA, path: "D:\\Data\\o.mdf" }, LOG] } },
    "file_path_changed",
  ],
  ["B-48", "the database was renamed", { live: { database: "orders2" } }, "database_renamed"],
  [
    "B-49",
    "the files and their description disagree",
    { full: { matchesMetadata: false } },
    "metadata_inconsistent",
  ],
  [
    "B-50",
    "files of master, which was in the full, were moved",
    { live: { masterFiles: [{ ...MASTER, path: "E:\\master.mdf" }] } },
    "master_files_changed",
  ],
  [
    "B-51",
    "nobody can say what changed",
    { live: { differentialBase: "unobtainable" } },
    "vss_change_unknown",
  ],
  ["B-52", "the last full failed", { history: { newestFull: "failed" } }, "previous_full_failed"],
  [
    "B-53",
    "another tool took a full after ours",
    { live: { differentialBase: FOREIGN } },
    "foreign_full_breaks_base",
  ],
  [
    "B-54",
    "the database was shrunk",
    { live: { files: [{ ...DATA, bytes: 7_000_000 }, LOG] } },
    "database_shrunk",
  ],
  ["B-55", "the server is a secondary", { live: { replica: "secondary" } }, "ag_secondary"],
  [
    "B-56",
    "a database was added to the backup set",
    { live: { members: ["orders", "sales", "new"] } },
    "backup_set_membership_changed",
  ],
  [
    "B-56",
    "a database left the backup set",
    { live: { members: ["orders"] } },
    "backup_set_membership_changed",
  ],
  [
    "B-57",
    "the server has another start of our full",
    { live: { record: { ...record, startedAt: toInstant(6_000) } } },
    "start_time_mismatch",
  ],
  [
    "B-58",
    "no full is left",
    { history: { fullExists: false }, full: null },
    "no_full_recovery_point",
  ],
  [
    "B-59",
    "it is the first backup, by hand",
    {
      history: { everBackedUp: false, trigger: "manual", newestFull: "none", fullExists: false },
      full: null,
    },
    "first_backup",
  ],
];

describe("a differential", () => {
  test("is one while nothing stands against it", () => {
    assert.equal(decide({}), "differential");
  });

  for (const [id, condition, change, reason] of CASES) {
    test(`${id} [decision] runs as a full when ${condition}: ${reason}`, () => {
      assert.equal(decide(change), reason);
    });
  }

  test("B-28 [decision] without any full runs as a full", () => {
    const history = { everBackedUp: false, newestFull: "none", fullExists: false } as const;
    assert.equal(decide({ history, full: null }), "no_full_recovery_point");
  });

  test("B-58 [decision] runs as a full where the record of the full is gone, whatever the history says", () => {
    assert.equal(decide({ full: null }), "no_full_recovery_point");
  });

  test("B-29 [decision] by hand runs as a full only on a server that was never backed up", () => {
    assert.equal(decide({ history: { trigger: "manual" } }), "differential");
    const history = {
      everBackedUp: false,
      newestFull: "none",
      fullExists: false,
      trigger: "manual",
    } as const;
    assert.equal(decide({ history, full: null }), "first_backup");
  });

  test("B-53 [decision] after a copy-only full stays one, as the server's base is still ours", () => {
    assert.equal(decide({ live: { differentialBase: OURS } }), "differential");
  });

  test("B-53 [decision] converts also where the server has lost its base", () => {
    assert.equal(decide({ live: { differentialBase: null } }), "foreign_full_breaks_base");
  });

  test("B-50 [decision] does not mind files of master that were not in the full", () => {
    assert.equal(
      decide({
        full: { masterFiles: null },
        live: { masterFiles: [{ ...MASTER, path: "E:\\m.mdf" }] },
      }),
      "differential",
    );
  });

  test("B-54 [decision] may grow, and after the full that a shrink caused it is one again", () => {
    const smaller = [{ ...DATA, bytes: 7_000_000 }, LOG];
    assert.equal(decide({ live: { files: [{ ...DATA, bytes: 9_000_000 }, LOG] } }), "differential");
    assert.equal(decide({ live: { files: smaller } }), "database_shrunk");
    assert.equal(decide({ full: { files: smaller }, live: { files: smaller } }), "differential");
  });

  test("B-55 [decision] runs on a secondary that can, and on the primary", () => {
    assert.equal(decide({ live: { replica: "secondary_with_differentials" } }), "differential");
    assert.equal(decide({ live: { replica: "primary" } }), "differential");
  });

  test("B-56 [decision] converts in both sets when a database moves from one to the other", () => {
    const moved = { from: ["orders"], to: ["audit", "sales"] };
    const left = { full: { members: ["orders", "sales"] }, live: { members: moved.from } };
    const joined = { full: { members: ["audit"] }, live: { members: moved.to } };
    assert.deepEqual(
      [decide(left), decide(joined)],
      Array(2).fill("backup_set_membership_changed"),
    );
  });

  test("B-57 [decision] compares GUID and sequence number first, then whole seconds", () => {
    const recorded = (change: Partial<typeof record>) =>
      decide({ live: { record: { ...record, ...change } } });
    assert.equal(recorded({ startedAt: toInstant(5_999) }), "differential");
    assert.equal(recorded({ set: FOREIGN }), "start_time_mismatch");
    assert.equal(recorded({ firstLsn: parseLsn("39000000048800072") }), "start_time_mismatch");
    const facts = factsWith({ live: { record: { ...record, startedAt: toInstant(7_000) } } });
    const tolerant = { ...facts, startTolerance: 2_000 as Milliseconds };
    assert.equal(decideDifferential(facts).run, "full");
    assert.equal(decideDifferential(tolerant).run, "differential");
  });

  test("with a cleaned history of the server is one, since its base says enough", () => {
    assert.equal(decide({ live: { record: null } }), "differential");
  });

  test("gives one reason of several, the history of fulls first", () => {
    const change = { live: { database: "orders2", files: [DATA] } };
    assert.equal(decide({ ...change, history: { newestFull: "failed" } }), "previous_full_failed");
    assert.equal(decide(change), "database_renamed");
  });
});
