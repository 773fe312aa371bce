import assert from "node:assert/strict";
import { test } from "node:test";
import type { HoldfastEvent } from "../../../core/events/event.ts";
import { backUp } from "../../../core/operations/backup.ts";
import { exportBackup } from "../../../core/operations/export-backup.ts";
import { importBackups } from "../../../core/operations/import-backup.ts";
import { prune } from "../../../core/operations/prune.ts";
import { repairVaults } from "../../../core/operations/repair-vaults.ts";
import { getStream, initStreamVault, putStream } from "../../../core/operations/vault-streams.ts";
import { verifyVaults } from "../../../core/operations/verify.ts";
import { createAppliedWorld } from "../../support/applied-world.ts";
import { sourceOf } from "../../support/byte-source.ts";
import { createWorld } from "../../support/memory-ports.ts";
import { pageBytes, tapeBytes } from "../../support/tape-media.ts";
import { seededBytes } from "../../support/vault.ts";

const BYTES = seededBytes("task progress")(300_000);
const stream = { directory: "./streams", name: "orders" };
const nothing = (): Promise<void> => Promise.resolve();

function streamWorld() {
  const world = createWorld();
  const environment = (): string => "7e57".repeat(16);
  // Each reading of the clock is a second, so that everything is told.
  const clock = { now: () => ((world.time += 1000), world.ports.clock.now()) };
  return { ...world, ports: { ...world.ports, environment, clock } };
}

/** The last that was told of each step: `put store 5/5`. */
function stepsOf(events: readonly HoldfastEvent[]): readonly string[] {
  const steps = new Map<string, string>();
  for (const event of events) {
    if (event.type !== "task_progress") continue;
    const { task, step, done, total } = event;
    steps.set(`${task} ${step}`, `${task} ${step} ${done}/${total ?? "?"}`);
  }
  return [...steps.values()];
}

test("A stream tells of all of its bytes on the way in and out", async () => {
  const { ports, events } = streamWorld();
  await initStreamVault(stream.directory, ports);
  await putStream(stream, { ...sourceOf(BYTES, 70_000), size: BYTES.length }, ports);
  assert.deepEqual(stepsOf(events), ["put store 300000/300000", "put commit 0/?"]);
  events.length = 0;
  await getStream(stream, nothing, ports);
  assert.deepEqual(stepsOf(events), ["get read 300000/300000"]);
});

test("Of a pipe nobody knows how much comes", async () => {
  const { ports, events } = streamWorld();
  await initStreamVault(stream.directory, ports);
  await putStream(stream, sourceOf(BYTES, 70_000), ports);
  assert.deepEqual(stepsOf(events), ["put store 300000/?", "put commit 0/?"]);
});

test("To verify and to repair tell of the bytes of packs and then of the points", async () => {
  const world = await createAppliedWorld();
  await backUp({ backupSet: "orders", trigger: "manual" }, world.ports);
  const points = (await world.catalog.points()).length;
  const packs = (await Array.fromAsync(world.store.list("packs/"))).map(({ size }) => size);
  const bytes = packs.reduce((sum, size) => sum + size, 0);
  const { events } = world;
  const sumsOf = (): readonly unknown[] =>
    events.flatMap((event) =>
      event.type === "task_progress" && event.done === 0 ? [[event.step, event.total]] : [],
    );
  events.length = 0;
  await verifyVaults({ readData: 1 }, world.ports);
  assert.deepEqual(sumsOf(), [
    ["index", null],
    ["packs", bytes],
    ["points", points],
  ]);
  events.length = 0;
  await verifyVaults({}, world.ports);
  assert.deepEqual(sumsOf(), [
    ["index", null],
    ["points", points],
  ]);
  events.length = 0;
  const mend = { place: undefined, dryRun: true, readData: true, removeDamaged: false };
  await repairVaults(mend, world.ports);
  assert.deepEqual(sumsOf(), [
    ["index", null],
    ["packs", bytes],
  ]);
});

test("A prune tells what it does", async () => {
  const world = await createAppliedWorld();
  await backUp({ backupSet: "orders", trigger: "manual" }, world.ports);
  world.events.length = 0;
  await prune(world.ports);
  assert.deepEqual(stepsOf(world.events), ["prune survey 0/?", "prune sweep 0/?"]);
});

test("An import tells of each file as it is checked and of all bytes as they are stored, but not of what is known", async () => {
  const world = await createAppliedWorld();
  const set = {
    type: "D",
    database: "Orders",
    set: "f24e3dc4-fb3c-48aa-9360-fc9ee26d1464",
    firstLsn: [24, 68, 99],
    lastLsn: [24, 117, 1],
    pages: Array.from({ length: 40 }, (_, page) => pageBytes(page, page + 1)),
  } as const;
  const media = { mediaSet: "3bcce5d2-01f5-4ecb-88f2-0d974445ecba", stripe: 1, stripes: 1 };
  const file = tapeBytes({ ...media, sets: [set] });
  world.backupFiles.set("bak/1.bak", file);
  const wanted = {
    vault: "main",
    paths: ["bak/"],
    timezone: "UTC",
    dryRun: false,
    sealed: undefined,
  };
  const begun = (): readonly unknown[] =>
    world.events.flatMap((event) =>
      event.type === "task_progress" && event.done === 0
        ? [[event.task, event.step, event.item, event.total]]
        : [],
    );
  world.events.length = 0;
  const { backups } = await importBackups(wanted, world.ports);
  const checked = ["import", "check", "bak/1.bak", file.length];
  assert.deepEqual(begun(), [checked, ["import", "store", undefined, file.length]]);
  world.events.length = 0;
  await importBackups(wanted, world.ports);
  assert.deepEqual(begun(), [checked, ["import", "store", undefined, 0]]);
  world.events.length = 0;
  const target = { write: nothing, finish: nothing, [Symbol.asyncDispose]: nothing };
  const point = backups[0]?.point ?? "";
  await exportBackup({ point }, () => Promise.resolve(target), world.ports);
  assert.deepEqual(begun(), [["export", "read", undefined, file.length]]);
});
