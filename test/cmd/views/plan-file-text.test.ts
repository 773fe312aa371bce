import assert from "node:assert/strict";
import { test } from "node:test";
import { formatPlanFile } from "../../../cmd/views/plan-file-text.ts";
import { toInstant } from "../../../core/kit/clock.ts";

test("who made a plan file steers no terminal", () => {
  const [createdAt, validUntil] = [toInstant(0), toInstant(2)];
  const made = { by: "\u001b[2Jada\n@host", version: "0.1.0" };
  const text = formatPlanFile({ made, createdAt, validUntil, now: toInstant(1) });
  assert.match(text, /^Made by \ufffd\[2Jada\ufffd@host with Holdfast 0\.1\.0 at .*, good until/);
});
