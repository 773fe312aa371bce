import assert from "node:assert/strict";
import { test } from "node:test";
import { parseStatus, toStatusJson } from "../../../core/gitops/status-file.ts";
import type { SyncStatus } from "../../../core/gitops/sync-status.ts";
import { toInstant } from "../../../core/kit/clock.ts";

const STATUS: SyncStatus = {
  state: "waiting",
  at: toInstant(Date.UTC(2017, 1, 13, 11)),
  branch: "main",
  revision: "a".repeat(40),
  lineage: "c0ffee",
  isRewritten: true,
  applied: { revision: "b".repeat(40), at: toInstant(Date.UTC(2017, 1, 12)) },
  summary: { add: 1, change: 2, destroy: 3 },
  waiting: {
    file: ".holdfast/sync/waiting.plan",
    losses: [{ kind: "removal", address: "server.a" as never, text: "server.a is removed" }],
    approvals: { needed: 2, have: 1, open: 1 },
  },
  diagnostics: [],
};

const write = (status: SyncStatus) => JSON.stringify(toStatusJson(status, (each) => each));

test("a status that was written is read again, without its diagnostics", () => {
  const warning = {
    severity: "warning",
    code: "PLAN_TARGETED",
    summary: "s",
    detail: "d",
  } as const;
  const text = write({ ...STATUS, diagnostics: [warning] });
  assert.match(text, /"at":"2017-02-13T11:00:00.000Z".*"code":"PLAN_TARGETED"/);
  assert.deepEqual(parseStatus(text), STATUS);
  const first = { ...STATUS, revision: null, applied: null, waiting: null };
  assert.deepEqual(parseStatus(write(first)), first);
});

test("what is no status is none, so that a pass starts anew", () => {
  const text = write(STATUS);
  for (const broken of ["", "{}", text.slice(0, -1), text.replace("waiting", "gone")])
    assert.equal(parseStatus(broken), undefined);
});
