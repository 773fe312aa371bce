import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAddress } from "../../../core/address/address.ts";
import { toInstant } from "../../../core/kit/clock.ts";
import { runDue } from "../../../core/operations/run-schedule.ts";
import { createAppliedWorld } from "../../support/applied-world.ts";

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
