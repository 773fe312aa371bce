import assert from "node:assert/strict";
import { test } from "node:test";
import { formatExplanation } from "../../../cmd/views/explanation-text.ts";
import { formatPoints } from "../../../cmd/views/points-text.ts";
import type { Diagnostic } from "../../../core/diagnostics/diagnostic.ts";
import { toInstant } from "../../../core/kit/clock.ts";
import { backUp } from "../../../core/operations/backup.ts";
import { clearSuspect } from "../../../core/operations/clear-suspect.ts";
import { explain } from "../../../core/operations/explain.ts";
import { forecastPolicy } from "../../../core/operations/forecast.ts";
import { type ImportCommand, importBackups } from "../../../core/operations/import-backup.ts";
import { listPoints } from "../../../core/operations/list-points.ts";
import { makePlan } from "../../../core/operations/make-plan.ts";
import { planPrune, prune } from "../../../core/operations/prune.ts";
import { previewRestore, restorePoint } from "../../../core/operations/restore.ts";
import { DEFAULT_PLAN_OPTIONS } from "../../../core/plan/build-plan.ts";
import { createAppliedWorld } from "../../support/applied-world.ts";
import type { MemoryWorld } from "../../support/memory-ports.ts";
import { pageBytes, type TapeSet, tapeBytes } from "../../support/tape-media.ts";
import { seededBytes } from "../../support/vault.ts";
import { withCode } from "../../support/with-code.ts";

const DAY = 24 * 60 * 60 * 1000;
const MIB = 1024 * 1024;

function warnings({ events }: MemoryWorld, code: Diagnostic["code"]): readonly Diagnostic[] {
  return events.flatMap((event) =>
    event.type === "diagnostic" && event.diagnostic.code === code ? [event.diagnostic] : [],
  );
}

/** A backup a day, of which the last of db1 has these new bytes; now is `later` days after it. */
async function backedUp(
  last: { readonly raw: number; readonly stored: number },
  later = 0,
): Promise<MemoryWorld> {
  const world = await createAppliedWorld();
  for (let day = 0; day < 6; day += 1) {
    await backUp({ backupSet: "orders", trigger: "manual" }, world.ports);
    world.time += DAY;
  }
  const usual = { raw: 4 * MIB, stored: MIB };
  const points = await world.catalog.points();
  const suspect = points.findLast(({ database }) => database === "db1");
  await world.catalog.write(
    points.map((point) => {
      const added = point === suspect ? last : usual;
      return { kind: "put_point", point: { ...point, bytesRead: 20 * MIB, added } };
    }),
  );
  world.time += later * DAY;
  return world;
}

const NOISE = { raw: 15 * MIB, stored: 15 * MIB };
const USUAL = { raw: 5 * MIB, stored: MIB };

async function suspectOf(world: MemoryWorld): Promise<string> {
  const { frozen } = await listPoints({}, world.ports);
  return frozen[0]?.suspects[0] ?? assert.fail("nothing is suspect");
}

test("the listing marks the suspect point, holds its set, and names the last clean point", async () => {
  const world = await backedUp(NOISE);
  const listing = await listPoints({}, world.ports);
  const db1 = listing.recovery_points.filter(({ database }) => database === "db1");
  assert.deepEqual(
    db1.map(({ suspect }) => suspect?.reason),
    [...Array.from({ length: 5 }, () => undefined), "entropy"],
  );
  assert.deepEqual(db1.at(-1)?.suspect, { reason: "entropy", measured: 1, usual: 0.25 });
  assert.ok(listing.recovery_points.every((row) => row.retained_by.includes("frozen")));
  assert.ok(listing.recovery_points.every(({ expires_at }) => expires_at !== null));
  assert.deepEqual(
    listing.frozen.map(({ backup_set, suspects, last_clean }) => [
      backup_set,
      suspects,
      last_clean,
    ]),
    [
      [
        "backup_set.orders",
        [db1.at(-1)?.id],
        [{ server: "server.orders", database: "db1", point: db1.at(-2)?.id }],
      ],
    ],
  );
  const text = formatPoints(listing);
  assert.match(text, /SUSPECT[\s\S]*ENTROPY/);
  assert.match(
    text,
    new RegExp(`The last clean point of db1 [^]*restore ${db1.at(-2)?.id.slice(0, 12)}`),
  );
  assert.match(text, new RegExp(`points -clear-suspect ${db1.at(-1)?.id.slice(0, 12)}\n$`));
});

test("points that are as usual are listed as ever", async () => {
  const world = await backedUp(USUAL);
  const listing = await listPoints({}, world.ports);
  assert.deepEqual(listing.frozen, []);
  assert.ok(listing.recovery_points.every((row) => !("suspect" in row)));
  assert.ok(listing.recovery_points.every((row) => !row.retained_by.includes("frozen")));
});

test("prune takes nothing of a frozen set, also of a prune that stopped, and says what it holds", async () => {
  const world = await backedUp(NOISE, 30);
  const before = await world.catalog.points();
  const [first] = before;
  assert.ok(first);
  await world.catalog.write([{ kind: "put_point", point: { ...first, state: "tombstoned" } }]);
  for (const run of [planPrune, prune]) {
    const [done] = await run(world.ports);
    assert.deepEqual(done?.points, []);
    assert.equal(done.held.frozen.length, 10, "all but the newest of each database");
    assert.equal(done.collection.points, 12);
  }
  const left = (await world.catalog.points()).map(({ state }) => state);
  assert.deepEqual(new Set(left), new Set(["tombstoned", "listed"]));
  const [told] = warnings(world, "PURGES_FROZEN");
  assert.match(told?.detail ?? "", /10 past their date are held\. The last clean point of db1 is/);
});

test("what is past its date stays listed in a frozen set, and nothing says never of it", async () => {
  const world = await backedUp(NOISE, 30);
  const { recovery_points } = await listPoints({}, world.ports);
  assert.equal(recovery_points.length, 12);
  const [oldest] = recovery_points;
  assert.deepEqual(oldest?.retained_by, ["frozen"]);
  assert.ok(Date.parse(oldest.expires_at ?? "") < world.time);
});

test("a forecast counts what a frozen set holds, and says so", async () => {
  const request = { policy: "gold", variables: [], from: undefined, at: undefined, days: 7 };
  const facts = { ...request, history: undefined, durations: {}, databases: [] };
  for (const [last, held] of [
    [NOISE, 12],
    [USUAL, 2],
  ] as const) {
    const world = await backedUp(last, 30);
    const [set] = (await forecastPolicy(facts, world.ports)).backup_sets;
    assert.equal(set?.steps[0]?.points["full"], held);
    const told = warnings(world, "PURGES_FROZEN").map(({ detail }) => detail);
    assert.equal(told.length, last === NOISE ? 1 : 0);
    for (const detail of told) assert.match(detail, /10 past their date are held/);
  }
});

test("whoever restores a suspect point is told so, and of the last clean one", async () => {
  const world = await backedUp(NOISE);
  const suspect = await suspectOf(world);
  const points = await world.catalog.points();
  const clean = points.findLast(({ database, id }) => database === "db1" && id !== suspect);
  const command = { to: "orders", as: "Copy" };
  await previewRestore({ ...command, point: clean?.id ?? "" }, world.ports);
  const heard = () =>
    warnings(world, "POINT_SUSPECT").filter(({ detail }) => /restored as it is/.test(detail));
  assert.equal(heard().length, 0);
  await previewRestore({ ...command, point: suspect }, world.ports);
  await restorePoint({ ...command, point: suspect }, world.ports);
  assert.equal(heard().length, 2);
  for (const { detail } of heard())
    assert.match(detail, new RegExp(`clean point of db1 is ${clean?.id.slice(0, 12)}`));
});

test("a plan says what is held", async () => {
  const world = await backedUp(NOISE, 30);
  const options = { ...DEFAULT_PLAN_OPTIONS, refresh: false };
  const { plan } = await makePlan({ options, variables: [] }, world.ports);
  const [frozen] = plan.diagnostics.filter(({ code }) => code === "PURGES_FROZEN");
  assert.equal(frozen?.address, "backup_set.orders");
  assert.match(frozen.detail, /10 past their date are held/);
});

test("explain says why, before and after a person cleared it", async () => {
  const world = await backedUp(NOISE);
  const id = await suspectOf(world);
  const before = formatExplanation(await explain({ subject: id }, world.ports));
  assert.match(before, /suspect: compression leaves 100 % of its new bytes, usually 25 %/);
  assert.match(before, /\+ frozen: a point of its backup set is suspect/);
  await clearSuspect({ point: id.slice(0, 12), reason: "encrypted by us" }, world.ports);
  const after = formatExplanation(await explain({ subject: id }, world.ports));
  assert.match(after, /cleared at 2017-02-07 \S+ -08:00 by unknown@test: encrypted by us/);
  assert.doesNotMatch(after, /frozen|suspect:/);
});

test("once it is cleared, prune goes on", async () => {
  const world = await backedUp(NOISE, 30);
  const id = await suspectOf(world);
  const { freeze } = await clearSuspect({ point: id, reason: null }, world.ports);
  assert.equal(freeze, null);
  const [done] = await prune(world.ports);
  assert.equal(done?.points.length, 10);
  assert.deepEqual(done.held, { frozen: [], floor: [] });
});

test("only a suspect point can be cleared", async () => {
  const world = await backedUp(NOISE);
  const id = await suspectOf(world);
  const [other] = await world.catalog.points();
  const clear = (point: string) => clearSuspect({ point, reason: null }, world.ports);
  await assert.rejects(clear(other?.id ?? ""), withCode("POINT_NOT_SUSPECT", "No tripwire"));
  await clear(id);
  await assert.rejects(clear(id), withCode("POINT_NOT_SUSPECT", "unknown@test cleared it"));
  await assert.rejects(clear("0000"), withCode("POINT_NOT_FOUND"));
});

test("before a point was suspect, and as of then, nothing was frozen", async () => {
  const world = await backedUp(NOISE);
  const id = await suspectOf(world);
  const points = await world.catalog.points();
  const at = points.find((point) => point.id === id)?.startedAt ?? 0;
  const listing = await listPoints({ at: toInstant(at - DAY / 2) }, world.ports);
  assert.deepEqual(listing.frozen, []);
});

test("a backup of a database that has become noise says so at once", async () => {
  const world = await createAppliedWorld();
  const row = (bytes: (length: number) => Uint8Array) =>
    Array.from({ length: 6000 }, (_, key) => Buffer.concat([Buffer.from([key % 251]), bytes(200)]));
  for (let day = 0; day < 5; day += 1) {
    const plain = (length: number) => new Uint8Array(length).fill(65 + day);
    world.server.contents.set("db1", new Map([["Orders", row(plain)]]));
    await backUp({ backupSet: "orders", trigger: "manual" }, world.ports);
    world.time += DAY;
  }
  assert.deepEqual(warnings(world, "POINT_SUSPECT"), []);
  world.server.contents.set("db1", new Map([["Orders", row(seededBytes("noise"))]]));
  const job = await backUp({ backupSet: "orders", trigger: "manual" }, world.ports);
  assert.equal(job.status, "successful");
  const [told] = warnings(world, "POINT_SUSPECT");
  assert.match(told?.detail ?? "", /of db1 is suspect: compression leaves \d+ % .* usually \d %/);
});

const COMMAND: ImportCommand = {
  vault: "main",
  paths: ["bak/"],
  timezone: "UTC",
  dryRun: false,
  sealed: undefined,
};

/** Full backups of one database, as files; each has 1.2 MB of pages. */
function files(world: MemoryWorld, fill: (day: number, page: number) => Uint8Array): void {
  for (let day = 0; day < 6; day += 1) {
    const guid = (kind: string) => `${kind}${day}dc4-fb3c-48aa-9360-fc9ee26d1464`;
    const set: TapeSet = {
      type: "D",
      database: "Orders",
      set: guid("f24e3"),
      firstLsn: [24 + day, 68, 99],
      lastLsn: [24 + day, 117, 1],
      pages: Array.from({ length: 150 }, (_, page) => fill(day, page)),
    };
    const bytes = tapeBytes({ mediaSet: guid("3bcce"), stripe: 1, stripes: 1, sets: [set] });
    world.backupFiles.set(`bak/${day}.bak`, bytes);
  }
}

test("of imported files one of noise after plain ones is suspect; noise after noise is not", async () => {
  const noise = seededBytes("pages");
  const plain = (day: number, page: number) => pageBytes(page, (day * 31 + page) % 256);
  const encrypted = await createAppliedWorld();
  files(encrypted, (day, page) => (day < 5 ? plain(day, page) : noise(8192)));
  await importBackups(COMMAND, encrypted.ports);
  const { frozen } = await listPoints({}, encrypted.ports);
  assert.deepEqual(
    frozen.map(({ backup_set, suspects }) => [backup_set, suspects.length]),
    [["backup_set.imported", 1]],
  );
  const always = await createAppliedWorld();
  files(always, () => noise(8192));
  await importBackups(COMMAND, always.ports);
  assert.deepEqual((await listPoints({}, always.ports)).frozen, []);
});
