import assert from "node:assert/strict";
import { test } from "node:test";
import type { JobRecord } from "../../../core/catalog/job.ts";
import { leftCopiesAmong } from "../../../core/isolated-copy/left-copies.ts";
import { toInstant } from "../../../core/kit/clock.ts";
import type { AzureDatabase } from "../../../core/resource/azure-sql.ts";
import { copyNameOf } from "../../../core/resource/copy-name.ts";

const RUN = "0123abcd".repeat(4);
const NOW = Date.parse("2026-03-10T00:00:00Z");
const LATER = "2026-03-11T00:00:00Z";
const EARLIER = "2026-03-09T00:00:00Z";

function copyThatExpires(expires: string): AzureDatabase {
  const tags = { holdfast: RUN, set: "backup_set.shop", expires };
  return { place: { database: copyNameOf("Shop", RUN) }, tags } as unknown as AzureDatabase;
}

function jobOn(host: string, status: string, expires: string): JobRecord {
  const copy = { operation: { tags: { holdfast: RUN, expires } } };
  return { status, worker: { id: "w", host, pid: 1 }, copies: [copy] } as unknown as JobRecord;
}

const CASES = [
  ["of a job that ended", EARLIER, ["here", "failed"], 1],
  ["of a job that ended, before it has expired", LATER, ["here", "failed"], 1],
  ["of a living job, however old", EARLIER, ["here", "running"], 0],
  ["of a job of another host", LATER, ["there", "running"], 0],
  ["of a job of another host, once it has expired", EARLIER, ["there", "running"], 1],
  ["of another catalog, whose job may be at work", LATER, undefined, 0],
  ["of another catalog, once it has expired", EARLIER, undefined, 1],
] as const;

test("copies count as left over once no job can be at work on them", () => {
  for (const [what, expires, job, count] of CASES) {
    const jobs = job === undefined ? [] : [jobOn(job[0], job[1], expires)];
    const facts = { clock: { now: () => toInstant(NOW) }, isAlive: () => true, thisHost: "here" };
    assert.equal(leftCopiesAmong([copyThatExpires(expires)], jobs, facts).length, count, what);
  }
});
