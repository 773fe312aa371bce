import assert from "node:assert/strict";
import { test } from "node:test";
import { toInstant } from "../../../../core/kit/clock.ts";
import { parseForkGuid, parseSetGuid } from "../../../../core/policy/chain/guid.ts";
import { impossibleDiagnostic } from "../../../../core/policy/chain/impossible-diagnostic.ts";
import { parseLsn } from "../../../../core/policy/chain/lsn.ts";
import type { Impossible } from "../../../../core/policy/chain/restore-target.ts";

const SET = parseSetGuid("00000001-0000-0000-0000-000000000001");
const FORK = parseForkGuid("00000001-0000-0000-0000-00000000f04c");
const AT = toInstant(Date.UTC(2017, 1, 1, 16));

const CASES: Readonly<Record<Impossible["reason"], readonly [Impossible, RegExp]>> = {
  unknown_point: [{ reason: "unknown_point", set: SET }, /holdfast points/],
  damaged: [{ reason: "damaged", set: SET }, /take a full/],
  stripes_missing: [{ reason: "stripes_missing", set: SET, stripes: [2, 3] }, /Missing: 2, 3\./],
  base_missing: [{ reason: "base_missing", set: SET, base: SET }, /Import that full/],
  several_bases: [{ reason: "several_bases", set: SET, base: null }, /SQL Server's own tools/],
  base_contradicts: [{ reason: "base_contradicts", set: SET, base: SET }, /Verify where/],
  no_full_before: [{ reason: "no_full_before" }, /later moment/],
  log_gap: [
    { reason: "log_gap", from: parseLsn("500000"), to: parseLsn("900000") },
    /from 500000 to 900000/,
  ],
  log_ends_before: [{ reason: "log_ends_before", newest: AT }, /2017-02-01T16:00:00\.000Z/],
  bulk_logged: [{ reason: "bulk_logged", set: SET, end: AT }, /its end at 2017-02-01T16/],
  fork_ambiguous: [{ reason: "fork_ambiguous", forks: [FORK] }, /came twice/],
  fork_unknown: [{ reason: "fork_unknown", fork: FORK }, /fork 00000001/],
  mark_unknown: [{ reason: "mark_unknown", name: "release" }, /secondary have no marks/],
  mark_ambiguous: [{ reason: "mark_ambiguous", name: "release", at: [AT] }, /after which moment/],
};

test("each reason is told in sentences that say what to do", () => {
  for (const [impossible, wanted] of Object.values(CASES)) {
    const { severity, code, summary, detail } = impossibleDiagnostic(impossible);
    assert.deepEqual([severity, code], ["error", "RESTORE_NO_WAY"]);
    assert.match(detail, wanted);
    assert.match(detail, /^[A-Z].*\.$/s);
    assert.doesNotMatch(summary, /\.$/);
  }
});
