import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAddress } from "../../../core/address/address.ts";
import { INTENDED, type JobRecord } from "../../../core/catalog/job.ts";
import type { RecoveryPoint } from "../../../core/catalog/recovery-point.ts";
import { toInstant } from "../../../core/kit/clock.ts";
import { withEndedCaptures } from "../../../core/plan/capture-left.ts";
import type { ResourceChange } from "../../../core/plan/plan.ts";
import { sampleJob, samplePoint } from "../../conformance/catalog.ts";

const ORDERS = formatAddress("backup_set", "orders");
const SERVER = formatAddress("server", "orders");

// Only what is asked of it.
const LEAVING = {
  address: ORDERS,
  type: "backup_set",
  action: "delete",
  before: { server: SERVER },
} as unknown as ResourceChange;

function point(at: number, identity: string, enabledBy: "engine" | "human"): RecoveryPoint {
  const lsn = "0".repeat(20);
  const changes = { identity, enabledBy, after: lsn, reached: lsn, reachedAt: toInstant(at) };
  const of = { backupSet: ORDERS, server: SERVER, database: "db1", createdAt: toInstant(at) };
  return samplePoint(`point-${at}`, at, { ...of, changes });
}

function job(at: number, identity: string): JobRecord {
  return { ...sampleJob(`job-${at}`, at), startedAt: toInstant(at), captures: { db1: identity } };
}

/** The jobs newest first. */
function ended(points: readonly RecoveryPoint[], jobs: readonly JobRecord[]): readonly string[] {
  const [change] = withEndedCaptures([LEAVING], { points, jobs, after: new Map() });
  return (change?.captures ?? []).map(({ identity }) => identity);
}

test("a set that leaves ends the capture of its newest point, or what a job enabled after it", () => {
  assert.deepEqual(ended([point(5, "a", "engine")], []), ["a"]);
  assert.deepEqual(ended([point(5, "a", "human")], [job(4, "b")]), []);
  assert.deepEqual(ended([point(5, "a", "engine")], [job(6, "b"), job(4, "a")]), ["b"]);
  assert.deepEqual(ended([point(5, "a", "human")], [job(6, "b")]), ["b"]);
});

test("without a point the newest identity that a job knew counts; an intention only where none did", () => {
  assert.deepEqual(ended([], [job(3, "c"), job(2, "b")]), ["c"]);
  assert.deepEqual(ended([], [job(3, INTENDED), job(2, "b")]), ["b"]);
  assert.deepEqual(ended([], [job(3, INTENDED)]), [INTENDED]);
  assert.deepEqual(ended([point(2, "a", "engine")], [job(3, INTENDED)]), ["a"]);
  assert.deepEqual(ended([], []), []);
});
