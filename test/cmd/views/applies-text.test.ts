import assert from "node:assert/strict";
import { test } from "node:test";
import { formatApplies } from "../../../cmd/views/applies-text.ts";
import type { ApplyRow } from "../../../schemas/apply-listing.ts";

const APPLY: ApplyRow = {
  id: "apply-3653c3f69b1f",
  started_at: "2026-11-23T17:38:33.000Z",
  ended_at: "2026-11-23T17:38:34.000Z",
  status: "successful",
  by: "ada@backup.contoso.example",
  plan_digest: null,
  changes: { done: 1, total: 1 },
  given_up_points: ["1", "2"],
  no_return_after: "2026-11-30T17:38:33.000Z",
  undone_by: null,
  undone_at: null,
  undoes: "apply-f9767e13c45b",
  undoable: true,
};

test("in a narrow terminal applies leave columns out, and never what can be undone until when", () => {
  for (const width of [80, 100]) {
    const [head = "", row = ""] = formatApplies([APPLY], width).split("\n");
    assert.ok(Math.max(head.length, row.length) <= width, row);
    assert.match(row, /^apply-3653c3f69b1f .*undid apply-f9767e13c45b .*2026-11-30 17:38:33 UTC$/);
  }
  assert.match(formatApplies([APPLY]), /^APPLY +BEGAN +BY +STATUS +CHANGES +GAVE UP +UNDO UNTIL\n/);
});
