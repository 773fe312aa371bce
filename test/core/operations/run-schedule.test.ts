import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAddress } from "../../../core/address/address.ts";
import { toInstant } from "../../../core/kit/clock.ts";
import { nextBackups, runDue } from "../../../core/operations/run-schedule.ts";
import { startDelay } from "../../../core/policy/schedule/start-delay.ts";
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
