import assert from "node:assert/strict";
import { test } from "node:test";
import { carryOutPlan } from "../../../core/operations/apply.ts";
import { exportBackup } from "../../../core/operations/export-backup.ts";
import { type ImportCommand, importBackups } from "../../../core/operations/import-backup.ts";
import { importListing } from "../../../core/operations/import-listing.ts";
import { makePlan } from "../../../core/operations/make-plan.ts";
import { previewRestore, restorePoint } from "../../../core/operations/restore.ts";
import { DEFAULT_PLAN_OPTIONS } from "../../../core/plan/build-plan.ts";
import { databasePages } from "../../support/database-pages.ts";
import { createWorld, type MemoryWorld } from "../../support/memory-ports.ts";
import { pageBytes, type TapeSet, tapeBytes } from "../../support/tape-media.ts";
import { withCode } from "../../support/with-code.ts";

const MEDIA = "3bcce5d2-01f5-4ecb-88f2-0d974445ecba";
const FULL = "f24e3dc4-fb3c-48aa-9360-fc9ee26d1464";
const DIFFERENTIAL = "46b619d2-0f7d-4b9d-bbf8-acd5affc4767";
const LOG = "5affc476-8edf-4b9d-9aa8-c9ee26d14640";
const ORPHAN = "a2868eae-ce55-4f23-b2d9-848261dab49f";

const full: TapeSet = {
  type: "D",
  database: "Orders",
  set: FULL,
  firstLsn: [24, 68, 99],
  lastLsn: [24, 117, 1],
  pages: Array.from({ length: 40 }, (_, page) => pageBytes(page, page + 1)),
};
const differential: TapeSet = {
  type: "I",
  database: "Orders",
  set: DIFFERENTIAL,
  firstLsn: [24, 117, 34],
  lastLsn: [24, 132, 1],
  base: { set: FULL, lsn: [24, 68, 99] },
};

function tape(set: TapeSet, stripe = 1, stripes = 1): Uint8Array {
  return tapeBytes({ mediaSet: MEDIA, stripe, stripes, sets: [set] });
}

async function worldWith(files: Readonly<Record<string, Uint8Array>>): Promise<MemoryWorld> {
  const world = createWorld();
  for (const [path, bytes] of Object.entries(files)) world.backupFiles.set(path, bytes);
  const planned = await makePlan({ options: DEFAULT_PLAN_OPTIONS, variables: [] }, world.ports);
  await carryOutPlan(planned.plan, planned, world.ports);
  return world;
}

const COMMAND: ImportCommand = {
  vault: "main",
  paths: ["bak/"],
  timezone: "America/Los_Angeles",
  dryRun: false,
  sealed: undefined,
};

async function exported(world: MemoryWorld, point: string | null): Promise<readonly Uint8Array[]> {
  const files: Uint8Array[][] = [];
  const open = () => {
    const parts: Uint8Array[] = [];
    files.push(parts);
    return Promise.resolve({
      write: (bytes: Uint8Array) => {
        parts.push(bytes.slice());
        return Promise.resolve();
      },
      finish: () => Promise.resolve(),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    });
  };
  await exportBackup({ point: point ?? "" }, open, world.ports);
  return files.map((parts) => new Uint8Array(Buffer.concat(parts)));
}

test("each backup set becomes a point, a differential on its full, and comes back byte for byte", async () => {
  const world = await worldWith({
    "bak/1_diff.bak": tape(differential),
    "bak/2_full.bak": tape(full),
  });
  const { backups } = await importBackups(COMMAND, world.ports);
  assert.deepEqual(
    backups.map(({ set, outcome }) => [set.type, set.database, outcome]),
    [
      ["differential", "Orders", "imported"],
      ["full", "Orders", "imported"],
    ],
  );
  const [diff, base] = backups;
  const points = await world.catalog.points();
  const listed = points.find(({ id }) => id === diff?.point);
  assert.equal(listed?.state, "listed");
  assert.equal(listed.base, base?.point);
  assert.equal(listed.createdAt, Date.parse("2018-12-21T11:26:31-08:00"));
  assert.deepEqual(await exported(world, base?.point ?? null), [tape(full)]);
});

test("of the next full of a database only the pages are stored that changed, whatever was imported since", async () => {
  const pagesOf = (seed: string) => {
    const bytes = databasePages(seed, { first: 0, count: 80 });
    return Array.from({ length: 80 }, (_, page) => bytes.subarray(page * 8192, (page + 1) * 8192));
  };
  const pages = pagesOf("orders");
  const changed = pages.with(20, pagesOf("changed")[20] ?? Buffer.alloc(8192));
  const next = tape({ ...full, set: DIFFERENTIAL, pages: changed });
  const world = await worldWith({ "bak/1.bak": tape({ ...full, pages }) });
  await importBackups(COMMAND, world.ports);
  const other = { ...full, database: "Other", set: ORPHAN, pages: pagesOf("other") };
  world.backupFiles.set("bak/2.bak", tape(other));
  await importBackups(COMMAND, world.ports);
  world.backupFiles.set("bak/3.bak", next);
  const { backups } = await importBackups(COMMAND, world.ports);
  const stored = backups.find(({ set }) => set.facts?.set === DIFFERENTIAL);
  assert.ok((stored?.bytesStored ?? 0) < 3 * 8192, `${stored?.bytesStored} bytes`);
  assert.deepEqual(await exported(world, stored?.point ?? null), [next]);
});

test("imported again, a set is known and nothing is stored; one that was purged and that the vault holds again is listed again", async () => {
  const world = await worldWith({ "bak/full.bak": tape(full) });
  const [first] = (await importBackups(COMMAND, world.ports)).backups;
  const [again] = (await importBackups(COMMAND, world.ports)).backups;
  assert.deepEqual([again?.outcome, again?.point], ["known", first?.point]);
  const listed = await world.catalog.points();
  assert.equal(listed.length, 1);
  const purged = listed.map((point) => ({ ...point, state: "purged" }) as const);
  await world.catalog.write(purged.map((point) => ({ kind: "put_point", point })));
  const [back] = (await importBackups(COMMAND, world.ports)).backups;
  assert.deepEqual([back?.outcome, back?.bytesStored], ["adopted", 0]);
  assert.deepEqual(await world.catalog.points(), listed);
});

test("stripes are joined in their order; without one of them the set is left out", async () => {
  const stripes = { "bak/b.bak": tape(full, 2, 2), "bak/z.bak": tape(full, 1, 2) };
  const world = await worldWith(stripes);
  const [joined] = (await importBackups(COMMAND, world.ports)).backups;
  assert.deepEqual(await exported(world, joined?.point ?? null), [
    stripes["bak/z.bak"],
    stripes["bak/b.bak"],
  ]);
  const alone = await worldWith({ "bak/b.bak": tape(full, 2, 2) });
  const { backups } = await importBackups(COMMAND, alone.ports);
  assert.deepEqual(
    backups.map(({ outcome, set }) => [outcome, set.missingStripes]),
    [["incomplete", [1]]],
  );
  assert.deepEqual(await alone.catalog.points(), []);
});

test("stripes that disagree on how many they are make no set, and both are named", async () => {
  const world = await worldWith({ "bak/a.bak": tape(full, 1, 2), "bak/b.bak": tape(full, 2, 3) });
  const { backups, refused } = await importBackups(COMMAND, world.ports);
  assert.deepEqual(backups, []);
  const [contradiction] = refused;
  assert.equal(contradiction?.code, "MEDIA_CORRUPTED");
  assert.match(contradiction.detail, /a\.bak, .*b\.bak say that they are parts of backup set /);
});

test("chains are shown by what backups name, and what leads nowhere is counted", async () => {
  const orphan = { ...differential, set: ORPHAN, base: { set: MEDIA, lsn: [9, 9, 9] } as const };
  const log: TapeSet = {
    type: "L",
    database: "Orders",
    set: LOG,
    firstLsn: [1, 1, 1],
    lastLsn: [1, 2, 1],
  };
  const world = await worldWith({
    "bak/full.bak": tape(full),
    "bak/log.trn": tape(log),
    "bak/orphan.bak": tape(orphan),
  });
  const report = await importBackups({ ...COMMAND, dryRun: true }, world.ports);
  const { chains } = importListing(report, COMMAND.timezone);
  assert.deepEqual(
    chains.map(({ fulls, differentials, logs, unreachable, coverage }) => ({
      fulls,
      differentials,
      logs,
      unreachable,
      coverage,
    })),
    [
      {
        fulls: 1,
        differentials: 0,
        logs: 0,
        unreachable: [],
        coverage: [{ from: "2018-12-21T11:26:31.000-08:00", to: "2018-12-21T11:26:31.000-08:00" }],
      },
      { fulls: 0, differentials: 0, logs: 1, unreachable: [LOG], coverage: [] },
      { fulls: 0, differentials: 1, logs: 0, unreachable: [ORPHAN], coverage: [] },
    ],
  );
  assert.deepEqual(await world.catalog.points(), []);
});

test("a damaged file is left out with its place, and the others are imported", async () => {
  const cut = tape(full).slice(0, 200_000);
  const world = await worldWith({ "bak/cut.bak": cut, "bak/full.bak": tape(full) });
  const { backups, refused } = await importBackups(COMMAND, world.ports);
  assert.deepEqual(
    refused.map(({ code }) => code),
    ["MEDIA_CORRUPTED"],
  );
  assert.match(refused[0]?.detail ?? "", /^bak\/cut\.bak cannot be read at byte \d+/);
  assert.deepEqual(
    backups.map(({ outcome }) => outcome),
    ["imported"],
  );
});

test("a compressed file is kept when the user says what it is, and refused otherwise", async () => {
  const bytes = new Uint8Array(Buffer.concat([Buffer.from("MSSQLBAK"), Buffer.alloc(5000, 5)]));
  const world = await worldWith({ "bak/packed.bak": bytes });
  const { refused } = await importBackups(COMMAND, world.ports);
  assert.deepEqual(
    refused.map(({ code }) => code),
    ["MEDIA_SEALED"],
  );
  const sealed = { kind: "said", database: "Orders", type: "full" } as const;
  const [kept] = (await importBackups({ ...COMMAND, sealed }, world.ports)).backups;
  assert.deepEqual(await exported(world, kept?.point ?? null), [bytes]);
});

test("a point that was not made from files cannot be exported", async () => {
  const world = await worldWith({});
  await assert.rejects(
    exportBackup({ point: "4f1c9a02" }, unreachable, world.ports),
    withCode("POINT_NOT_FOUND"),
  );
});

function unreachable(): never {
  throw new Error("nothing may be opened");
}

test("an imported backup is refused by restore before a server is touched", async () => {
  const world = await worldWith({ "bak/full.bak": tape(full) });
  const { backups } = await importBackups(COMMAND, world.ports);
  const command = { point: backups[0]?.point ?? "", to: "server.other", as: "Orders_2" };
  for (const work of [previewRestore, restorePoint]) {
    await assert.rejects(work(command, world.ports), withCode("RESTORE_METHOD_UNSUPPORTED"));
  }
});
