import assert from "node:assert/strict";
import { test } from "node:test";
import type { Catalog } from "../../../core/catalog/catalog.ts";
import type { JobRecord } from "../../../core/catalog/job.ts";
import { type SweepPorts, sweepCopies } from "../../../core/isolated-copy/sweep-copies.ts";
import { toInstant } from "../../../core/kit/clock.ts";
import type { AzureDatabase, AzureServerPlace } from "../../../core/resource/azure-sql.ts";
import { copyNameOf } from "../../../core/resource/copy-name.ts";

const RUN = "0123abcd".repeat(4);
const NOW = Date.parse("2026-03-10T00:00:00Z");
const TAGS = { holdfast: RUN, set: "backup_set.shop", expires: "2026-03-05T00:00:00Z" };
const PLACE: AzureServerPlace = {
  kind: "azure_sql",
  subscriptionId: "s",
  resourceGroup: "new-group",
  server: "shop",
};
const NAME = copyNameOf("Shop", RUN);

function databaseOf(tags: Readonly<Record<string, string>>, name = NAME): AzureDatabase {
  const nothing = { tier: null, objective: null, pool: null, maxBytes: null, createdAt: null };
  const place = { ...PLACE, database: name };
  return { place, status: "Online", location: "westeurope", tags, ...nothing };
}

/** A job with one copy, whose steps and place are given. */
function jobWith(steps: readonly string[], resourceGroup: string, status: string): JobRecord {
  const target = { ...PLACE, resourceGroup, database: NAME };
  const operation = { target, tags: TAGS, operationUrl: null, requestedAt: toInstant(0) };
  const copy = { operation, worker: null, steps: steps.map((step) => ({ step, at: 0 })) };
  const worker = { id: "w", host: "here", pid: 1 };
  return { id: "j", status, worker, copies: [copy] } as unknown as JobRecord;
}

async function sweep(jobs: readonly JobRecord[], there: readonly AzureDatabase[]) {
  const left = new Map(there.map((each) => [each.place.database, each]));
  const control: SweepPorts["control"] = {
    databases: () => Promise.resolve([...left.values()]),
    findDatabase: ({ database }) => Promise.resolve(left.get(database)),
    copyState: () => Promise.resolve({ kind: "missing" }),
    dropCopy: ({ database }) => Promise.resolve(void left.delete(database)),
  };
  const catalog = {
    jobs: () => Promise.resolve(jobs),
    job: () => Promise.resolve(jobs[0]),
    write: () => Promise.resolve(),
  } as unknown as Catalog;
  const swept = await sweepCopies(PLACE, {
    control,
    catalog,
    clock: { now: () => toInstant(NOW) },
    sleep: () => Promise.resolve(),
    host: { emit: () => undefined } as never,
    isAlive: () => true,
    thisHost: "here",
  });
  return { swept, left: [...left.keys()] };
}

test("a copy that appeared after its record said dropped is swept when it has expired", async () => {
  const late = jobWith(["copy_requested", "copy_dropped"], PLACE.resourceGroup, "failed");
  assert.deepEqual(await sweep([late], [databaseOf(TAGS)]), { swept: [NAME], left: [] });
});

test("a sweep with a bound asks for what it can, and tells of the copies that it leaves to the next", async () => {
  const runs = ["1", "2", "3"].map((digit) => digit.repeat(32));
  const there = runs.map((run) => databaseOf({ ...TAGS, holdfast: run }, copyNameOf("Shop", run)));
  let now = NOW;
  const asked: string[] = [];
  const told: string[] = [];
  const control: SweepPorts["control"] = {
    databases: () => Promise.resolve(there),
    findDatabase: ({ database }) =>
      Promise.resolve(there.find(({ place }) => place.database === database)),
    copyState: () => Promise.resolve({ kind: "missing" }),
    dropCopy: ({ database }) => {
      asked.push(database);
      return Promise.resolve();
    },
  };
  await sweepCopies(PLACE, {
    control,
    catalog: { jobs: () => Promise.resolve([]) } as unknown as Catalog,
    clock: { now: () => toInstant(now) },
    sleep: (milliseconds) => {
      now += milliseconds;
      return Promise.resolve();
    },
    host: {
      emit: (event) => void (event.type === "diagnostic" && told.push(event.diagnostic.detail)),
    },
    isAlive: () => true,
    thisHost: "here",
    patience: 20_000,
  });
  const names = there.map(({ place }) => place.database);
  assert.deepEqual([asked, now - NOW], [names.slice(0, 1), 20_000]);
  assert.equal(told.length, 1);
  assert.match(told[0] ?? "", new RegExp(`: ${names.join(", ")}\\. It is tried again`));
});

test("a copy whose server is written in another resource group by now is swept when it has expired", async () => {
  const moved = jobWith(["copy_requested"], "old-group", "failed");
  assert.deepEqual(await sweep([moved], [databaseOf(TAGS)]), { swept: [NAME], left: [] });
});

test("what is at work, what is not expired and what lacks name or tags is left alone", async () => {
  const busy = jobWith(["copy_requested"], "old-group", "running");
  assert.deepEqual(await sweep([busy], [databaseOf(TAGS)]), { swept: [], left: [NAME] });
  const young = { ...TAGS, expires: "2026-03-11T00:00:00Z" };
  const others = [
    databaseOf(young),
    databaseOf(TAGS, "Shop"),
    databaseOf(TAGS, "Shop_holdfast_0123abce"),
    databaseOf(TAGS, "Shop_HOLDFAST_0123abcd"),
    databaseOf({ ...TAGS, set: "x", holdfast: "0123abcd" }, "Till_holdfast_0123abcd"),
  ];
  const names = others.map(({ place }) => place.database);
  assert.deepEqual(await sweep([], others), { swept: [], left: names });
});
