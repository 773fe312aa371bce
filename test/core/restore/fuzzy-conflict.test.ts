import assert from "node:assert/strict";
import { test } from "node:test";
import type { RecoveryPoint } from "../../../core/catalog/recovery-point.ts";
import { errorDiagnostic } from "../../../core/diagnostics/diagnostic.ts";
import { fuzzyPointOf, tellFuzzy } from "../../../core/restore/fuzzy-conflict.ts";
import { samplePoint } from "../../conformance/catalog.ts";

function point(id: string, base: string | null, facts: Partial<RecoveryPoint> = {}): RecoveryPoint {
  return samplePoint(id, 1, { base, method: "cdc", consistency: "fuzzy", ...facts });
}

const full = point("full", null);
const first = point("first", "full");
const second = point("second", "first", { consistency: "transactional" });

test("a conflict of a fuzzy point names the first point after it that is of one moment, or how to get one", () => {
  const said = (points: readonly RecoveryPoint[], code = "RESTORE_ROWS_CONFLICT" as const) => {
    const conflict = errorDiagnostic({ code, summary: "Rows conflict", detail: "Refused." });
    return tellFuzzy(conflict, fuzzyPointOf(full, points)).detail;
  };
  assert.match(said([full, first, second]), /^Refused\. .* one moment: second\.$/);
  assert.match(said([full, first]), /holdfast backup backup_set\.orders$/);
  assert.match(said([full, { ...first, state: "purged" }, second]), /holdfast backup/);
});

test("of a point of one moment, and of another failure, nothing more is said", () => {
  const conflict = { code: "RESTORE_ROWS_CONFLICT", summary: "Rows conflict", detail: "Refused." };
  const diagnostic = errorDiagnostic({ ...conflict, code: "RESTORE_ROWS_CONFLICT" });
  assert.equal(tellFuzzy(diagnostic, fuzzyPointOf(second, [full, first, second])), diagnostic);
  const other = errorDiagnostic({ ...conflict, code: "RESTORE_STATEMENT_FAILED" });
  assert.equal(tellFuzzy(other, fuzzyPointOf(full, [full])), other);
});
