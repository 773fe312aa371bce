import assert from "node:assert/strict";
import { test } from "node:test";
import { DailyPrune } from "../../../cmd/commands/daily-prune.ts";
import { toInstant } from "../../../core/kit/clock.ts";
import { createAppliedWorld } from "../../support/applied-world.ts";

const HOUR = 60 * 60 * 1000;

test("run prunes when it is due, once, and again the next day", async () => {
  const world = await createAppliedWorld();
  const due = toInstant(world.time + HOUR);
  const told: number[] = [];
  const prunes = new DailyPrune(world.ports, due, (vaults) => told.push(vaults.length));
  for (const hours of [0, 1, 1, 25]) {
    world.time = due - HOUR + hours * HOUR;
    await prunes.startIfDue();
    await prunes[Symbol.asyncDispose]();
  }
  assert.deepEqual(told, [1, 1]);
});

test("a prune that cannot begin is told, and ends nothing", async () => {
  const world = await createAppliedWorld();
  const broken = () => Promise.reject(new Error("no catalog"));
  const ports = { ...world.ports, catalogs: { ...world.ports.catalogs, open: broken } };
  await using prunes = new DailyPrune(ports, toInstant(0), () => assert.fail("told"));
  await prunes.startIfDue();
  await prunes[Symbol.asyncDispose]();
  const codes = world.events.flatMap((event) =>
    event.type === "diagnostic" ? [event.diagnostic.code] : [],
  );
  assert.deepEqual(codes, ["INTERNAL_BUG"]);
});
