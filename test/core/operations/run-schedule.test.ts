import assert from "node:assert/strict";
import { test } from "node:test";
import { type Address, formatAddress } from "../../../core/address/address.ts";
import { toInstant } from "../../../core/kit/clock.ts";
import { nextBackups, runDue } from "../../../core/operations/run-schedule.ts";
import { startDelay } from "../../../core/policy/schedule/start-delay.ts";
import { sampleJob } from "../../conformance/catalog.ts";
import { createAppliedWorld } from "../../support/applied-world.ts";
import { EXAMPLE } from "../../support/memory-ports.ts";

const BEFORE = toInstant(Date.parse("2017-02-08T11:00:00-08:00"));
const NOON = Date.parse("2017-02-08T12:00:00-08:00");

test("a scheduled backup that is refused is told, and the other sets have theirs", async () => {
  const world = await createAppliedWorld();
  const set = (await world.catalog.objects()).find(({ type }) => type === "backup_set");
  assert.ok(set);
  const first = {
    ...set,
    address: formatAddress("backup_set", "first"),
    attributes: { ...set.attributes, vault: "vault.gone" },
  };
  await world.catalog.write([{ kind: "put_object", object: first }]);
  world.time = NOON;
  const { jobs } = await runDue(BEFORE, world.ports);
  assert.deepEqual(
    jobs.map(({ subject, status }) => [subject, status]),
    [["backup_set.orders", "successful"]],
  );
  const told = world.events.flatMap((event) =>
    event.type === "diagnostic" ? [[event.diagnostic.code, event.diagnostic.address]] : [],
  );
  assert.deepEqual(told, [["BACKUP_NOT_CONFIGURED", "backup_set.first"]]);
});

test("a clock that is set back makes no backup due twice", async () => {
  const world = await createAppliedWorld();
  world.time = NOON;
  const first = await runDue(BEFORE, world.ports);
  assert.equal(first.jobs.length, 1);
  world.time = NOON - 3_600_000;
  const second = await runDue(first.until, world.ports);
  world.time = NOON + 1;
  assert.deepEqual((await runDue(second.until, world.ports)).jobs, []);
});

test("a clock that was far ahead keeps no later backup from its start, and is told of", async () => {
  const world = await createAppliedWorld();
  const ahead = toInstant(NOON + 30 * 24 * 3_600_000);
  world.time = BEFORE;
  const back = await runDue(ahead, world.ports, new Map([["backup_set.orders" as Address, ahead]]));
  assert.deepEqual(back.jobs.length, 1, "what waited for an opening of that time does so no more");
  world.time = NOON;
  const due = await runDue(back.until, world.ports, back.waiting);
  assert.deepEqual(
    due.jobs.map(({ status }) => status),
    ["successful"],
  );
  const told = world.events.flatMap((event) =>
    event.type === "diagnostic" ? [event.diagnostic.code] : [],
  );
  assert.deepEqual(told, ["SCHEDULE_CLOCK_BACK"]);
});

/** Due at noon on Wednesdays, allowed to start from 22:00 to 06:00. */
const NIGHTLY = EXAMPLE.replace(
  'full { schedule = "0 12 * * WED" }',
  `full { schedule = "0 12 * * WED" }
  timezone = "America/Los_Angeles"
  window {
    start    = "22:00"
    duration = "8h"
  }`,
);
const EVENING = Date.parse("2017-02-08T22:00:00-08:00");
const HOUR = 3_600_000;

test("a backup that is due while its window is closed starts when it opens", async () => {
  const world = await createAppliedWorld(NIGHTLY);
  assert.deepEqual(
    (await nextBackups(BEFORE, world.ports)).map(({ at }) => at),
    [EVENING],
  );
  world.time = NOON + HOUR;
  const early = await runDue(BEFORE, world.ports);
  assert.deepEqual(early.jobs, []);
  world.time = EVENING;
  assert.equal((await runDue(early.until, world.ports)).jobs.length, 1);
});

test("a start that was missed until the window closed waits for the next opening, once (Q-22)", async () => {
  const world = await createAppliedWorld(NIGHTLY);
  world.time = EVENING + 9 * HOUR;
  const late = await runDue(BEFORE, world.ports);
  assert.deepEqual(late.jobs, []);
  const next = await nextBackups(late.until, world.ports, late.waiting);
  assert.deepEqual(
    next.map(({ at }) => at),
    [EVENING + 24 * HOUR],
  );
  world.time = EVENING + 24 * HOUR;
  const open = await runDue(late.until, world.ports, late.waiting);
  assert.equal(open.jobs.length, 1);
  world.time = EVENING + 26 * HOUR;
  assert.deepEqual((await runDue(open.until, world.ports, open.waiting)).jobs, []);
});

test("with a jitter each backup set starts later by its own share", async () => {
  const jittery = EXAMPLE.replace("full {", 'jitter = "2h"\n  full {');
  const second = EXAMPLE.slice(EXAMPLE.indexOf("backup_set")).replace('"orders" {', '"stock" {');
  const world = await createAppliedWorld(`${jittery}\n${second}`);
  const due = await nextBackups(BEFORE, world.ports);
  const shareOf = (address: string) => startDelay(address, (2 * HOUR) as never);
  assert.deepEqual(
    new Map(due.map(({ backupSet, at }) => [backupSet as string, at - NOON])),
    new Map(
      ["backup_set.orders", "backup_set.stock"]
        .map((address) => [address, shareOf(address)] as const)
        .toSorted(([, a], [, b]) => a - b),
    ),
  );
  world.time = NOON;
  assert.deepEqual((await runDue(BEFORE, world.ports)).jobs, []);
});

test("backups of changes are due at whole intervals after the last full, and a full takes their place", async () => {
  const changes = EXAMPLE.replace('"snapshot"', '"cdc"').replace(
    'full { schedule = "0 12 * * WED" }',
    'full { schedule = "0 12 * * WED" }\n  cdc { every = "7h" }',
  );
  const world = await createAppliedWorld(changes);
  const next = async (after: number) =>
    (await nextBackups(toInstant(after), world.ports)).map(({ type, at }) => [type, at]);
  assert.deepEqual(await next(BEFORE), [["full", NOON]]);
  const job = {
    ...sampleJob("job-1", NOON),
    subject: formatAddress("backup_set", "orders"),
    type: "full",
    status: "successful",
    finishedAt: toInstant(NOON + HOUR),
    databases: [entryOf("point")],
  } as const;
  const later = { ...job, id: "job-2", type: "cdc", queuedAt: toInstant(NOON + 9 * HOUR) } as const;
  await world.catalog.write([
    { kind: "put_job", job },
    { kind: "put_job", job: { ...later, finishedAt: toInstant(NOON + 9 * HOUR) } },
  ]);
  const week = 7 * 24 * HOUR;
  await world.catalog.write(
    Array.from({ length: 5000 }, (_, at) => ({
      kind: "put_job",
      job: { ...sampleJob(`of-others-${at}`, NOON + 10 * HOUR), subject: "backup_set.other" },
    })),
  );
  assert.deepEqual(await next(NOON + 10 * HOUR), [
    ["cdc", NOON + 15 * HOUR],
    ["full", NOON + week],
  ]);
  world.time = NOON - 10 * HOUR;
  const early = await next(world.time);
  assert.deepEqual(early[0], ["cdc", NOON - 6 * HOUR], "also by a clock that was set back");
  world.time = NOON + week + 1;
  const { jobs } = await runDue(toInstant(NOON + 150 * HOUR), world.ports);
  assert.deepEqual(
    jobs.map(({ type }) => type),
    ["full"],
  );
});

function entryOf(point: string) {
  const counts = { scans: [], bytesRead: 0, bytesStored: 0 };
  return {
    database: "db1",
    result: "backed_up",
    code: null,
    message: null,
    point,
    ...counts,
  } as const;
}
