import assert from "node:assert/strict";
import { test } from "node:test";
import { PageText } from "../../../cmd/views/page-text.ts";
import { PLAIN } from "../../../cmd/views/paint.ts";

test("every range is shown where all are wanted, however many come at once", () => {
  const text = new PageText({ paint: PLAIN, width: 80, limit: Number.POSITIVE_INFINITY });
  const ranges = Array.from({ length: 130_000 }, (_, at) => ({
    change: "added" as const,
    stream: "a.bak",
    offset: 2 * at,
    bytes: 1,
  }));
  assert.equal(text.add({ type: "bytes", ranges }), "");
  const result = { added: 130_000, removed: 0, unchanged: 0 };
  const lines = text.add({ type: "other_bytes", result }).split("\n");
  assert.equal(lines.filter((line) => line.startsWith("    +")).length, 130_000);
});
