import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type ImportCommand,
  type ImportReport,
  importBackups,
} from "../../../core/operations/import-backup.ts";
import { listPoints } from "../../../core/operations/list-points.ts";
import { planPrune } from "../../../core/operations/prune.ts";
import { createAppliedWorld } from "../../support/applied-world.ts";
import { EXAMPLE, type MemoryWorld } from "../../support/memory-ports.ts";
import { pageBytes, type TapeSet, tapeBytes } from "../../support/tape-media.ts";
import { withCode } from "../../support/with-code.ts";

const COMMAND: ImportCommand = {
  vault: "main",
  paths: ["/b/"],
  timezone: "UTC",
  dryRun: false,
  sealed: undefined,
};

function guid(id: number): string {
  return `f24e3dc4-fb3c-48aa-9360-${String(id).padStart(12, "0")}`;
}

interface Backup {
  readonly server?: string;
  readonly database: string;
  readonly type: "FULL" | "DIFF" | "LOG" | "FULL_COPY_ONLY";
  readonly id: number;
  readonly base?: number;
  /** [1] */
  readonly stripes?: number;
}

const LETTERS = { FULL: "D", FULL_COPY_ONLY: "D", DIFF: "I", LOG: "L" } as const;

/** Puts the files of one backup where the solution would. */
function put(world: MemoryWorld, backup: Backup): void {
  const { server = "SQL01", database, type, id, base, stripes = 1 } = backup;
  const at = `2017-01-${String(10 + (id % 10)).padStart(2, "0")}T21:00:00`;
  const set: TapeSet = {
    type: LETTERS[type],
    server: server.replace("$", "\\"),
    database,
    set: guid(id),
    firstLsn: [24, 10 * id, 1],
    lastLsn: [24, 10 * id + 10, 1],
    started: at,
    finished: at.replace(/00$/, "05"),
    fork: guid(1000 + server.length + database.length),
    pages: type === "LOG" ? [] : [pageBytes(id, id)],
    ...(base === undefined ? {} : { base: { set: guid(base), lsn: [24, 10 * base, 1] as const } }),
  };
  for (let stripe = 1; stripe <= stripes; stripe += 1) {
    const number = stripes === 1 ? "" : `_${stripe}`;
    world.backupFiles.set(
      pathOf(
        { server, database, type },
        `${at.replaceAll(/[-:]/g, "").replace("T", "_")}${number}`,
      ),
      tapeBytes({ mediaSet: guid(900 + id), stripe, stripes, sets: [set] }),
    );
  }
}

function pathOf(
  { server, database, type }: Pick<Backup, "server" | "database" | "type">,
  rest: string,
): string {
  const ending = type === "LOG" ? "trn" : "bak";
  return `/b/${server}/${database}/${type}/${server}_${database}_${type}_${rest}.${ending}`;
}

function putTree(world: MemoryWorld): void {
  put(world, { database: "Sales", type: "FULL", id: 1, stripes: 2 });
  put(world, { database: "Sales", type: "DIFF", id: 2, base: 1 });
  put(world, { database: "Sales", type: "LOG", id: 3 });
  put(world, { database: "HR", type: "FULL", id: 4 });
  put(world, { database: "HR", type: "FULL_COPY_ONLY", id: 5 });
  put(world, { server: "SQL02$PROD", database: "HR", type: "FULL", id: 6 });
  world.backupFiles.set("/b/readme.txt", Buffer.from("not a backup"));
  world.backupFiles.set("/b/SQL01/job.log", Buffer.from("the output of a job"));
}

const outcomes = ({ backups }: ImportReport) =>
  backups.map(({ set, outcome }) => `${set.server} ${set.database} ${set.type} ${outcome}`).sort();

test("a whole tree of several servers is imported at once, with its stripes, and what is no backup is named", async () => {
  const world = await createAppliedWorld();
  putTree(world);
  const report = await importBackups(COMMAND, world.ports);
  assert.deepEqual(outcomes(report), [
    "SQL01 HR full imported",
    "SQL01 HR full imported",
    "SQL01 Sales differential imported",
    "SQL01 Sales full imported",
    "SQL01 Sales log imported",
    "SQL02\\PROD HR full imported",
  ]);
  assert.deepEqual(report.skipped, ["/b/readme.txt"]);
  assert.match(report.refused[0]?.detail ?? "", /^\/b\/SQL01\/job\.log is no backup file/);
  const points = await world.catalog.points();
  assert.deepEqual(
    [...new Set(points.map(({ backupSet, server }) => `${backupSet} ${server}`))].sort(),
    [
      'backup_set.imported server.imported["SQL01"]',
      String.raw`backup_set.imported server.imported["SQL02\\PROD"]`,
    ],
  );
  assert.deepEqual([report.outlook.retention, report.outlook.overdue], [null, 0]);
  assert.ok(
    (await importBackups(COMMAND, world.ports)).backups.every((each) => each.outcome === "known"),
  );
});

test("a second copy of a backup is told and kept once", async () => {
  const world = await createAppliedWorld();
  put(world, { database: "Sales", type: "FULL", id: 1 });
  const [[path, bytes] = ["", new Uint8Array()]] = world.backupFiles;
  world.backupFiles.set(path.replace("/b/", "/b/old/"), bytes);
  const { backups } = await importBackups(COMMAND, world.ports);
  assert.deepEqual(
    backups.map(({ set }) => [set.files.length, set.copies.length]),
    [[1, 1]],
  );
});

test("under a backup set they have its server, and its retention decides; databases of others stay outside", async () => {
  const world = await createAppliedWorld();
  put(world, { database: "Sales", type: "FULL", id: 1 });
  put(world, { database: "master", type: "FULL", id: 2 });
  const command = { ...COMMAND, vault: "", set: "orders" };
  const dry = await importBackups({ ...command, dryRun: true }, world.ports);
  assert.deepEqual(await world.catalog.points(), []);
  const report = await importBackups(command, world.ports);
  assert.deepEqual(outcomes(report), ["SQL01 Sales full imported", "SQL01 master full outside"]);
  assert.deepEqual(report.outlook.retention, "retention.standard");
  assert.deepEqual({ ...dry.outlook, nextExpiry: 0 }, { ...report.outlook, nextExpiry: 0 });
  const [point] = await world.catalog.points();
  assert.deepEqual([point?.backupSet, point?.server], ["backup_set.orders", "server.orders"]);
  const { recovery_points: listed } = await listPoints({ backupSet: "orders" }, world.ports);
  assert.equal(listed.length, 1);
  const pruned = await planPrune(world.ports);
  assert.equal(pruned.flatMap(({ points }) => points).length, report.outlook.overdue);
});

test("what was imported for nobody is given to a set by a second run, and stays with it", async () => {
  const world = await createAppliedWorld();
  put(world, { database: "Sales", type: "FULL", id: 1 });
  await importBackups(COMMAND, world.ports);
  const owned = await importBackups({ ...COMMAND, set: "orders" }, world.ports);
  assert.deepEqual(outcomes(owned), ["SQL01 Sales full adopted"]);
  assert.deepEqual(outcomes(await importBackups(COMMAND, world.ports)), ["SQL01 Sales full known"]);
  const [point] = await world.catalog.points();
  assert.equal(point?.backupSet, "backup_set.orders");
});

test("what the vault holds and the catalog lost is listed again", async () => {
  const world = await createAppliedWorld();
  put(world, { database: "Sales", type: "FULL", id: 1 });
  await importBackups(COMMAND, world.ports);
  const [point] = await world.catalog.points();
  await world.catalog.write([{ kind: "remove_point", id: point?.id ?? "" }]);
  assert.deepEqual(outcomes(await importBackups(COMMAND, world.ports)), [
    "SQL01 Sales full adopted",
  ]);
  assert.deepEqual((await world.catalog.points())[0]?.id, point?.id);
});

test("two databases of one name from two servers are not mixed under one set; replicas of one database are", async () => {
  const world = await createAppliedWorld();
  put(world, { database: "Sales", type: "FULL", id: 1 });
  put(world, { server: "SQL02$PROD", database: "Sales", type: "FULL", id: 6 });
  const command = { ...COMMAND, set: "orders" };
  await assert.rejects(importBackups(command, world.ports), withCode("IMPORT_SERVERS_MIXED"));
  assert.deepEqual(await world.catalog.points(), []);
  const replicas = await createAppliedWorld();
  put(replicas, { server: "NODE1", database: "Sales", type: "FULL", id: 1 });
  put(replicas, { server: "NODE2", database: "Sales", type: "DIFF", id: 2, base: 1 });
  const report = await importBackups(command, replicas.ports);
  assert.equal(report.backups.length, 2);
});

function sealed(fill: number): Uint8Array {
  return new Uint8Array(Buffer.concat([Buffer.from("MSSQLBAK"), Buffer.alloc(5000, fill)]));
}

test("compressed files are taken for what their folders say, joined, and known again", async () => {
  const world = await createAppliedWorld();
  const sales = { server: "SQL01", database: "Sales" };
  world.backupFiles.set(pathOf({ ...sales, type: "FULL" }, "20170115_210000_1"), sealed(1));
  world.backupFiles.set(pathOf({ ...sales, type: "FULL" }, "20170115_210000_2"), sealed(2));
  world.backupFiles.set(pathOf({ ...sales, type: "LOG" }, "20170115_220000"), sealed(3));
  world.backupFiles.set(pathOf({ ...sales, type: "DIFF" }, "20170116_210000_2"), sealed(4));
  world.backupFiles.set("/b/odd.bak", sealed(5));
  const told = await importBackups(COMMAND, world.ports);
  assert.match(told.refused[0]?.detail ?? "", /with -layout ola/);
  const command = { ...COMMAND, sealed: { kind: "ola" } as const };
  const report = await importBackups(command, world.ports);
  assert.deepEqual(outcomes(report), [
    "SQL01 Sales differential incomplete",
    "SQL01 Sales full imported",
    "SQL01 Sales log imported",
  ]);
  assert.deepEqual(
    report.refused.map(({ code }) => code),
    ["MEDIA_SEALED"],
  );
  const full = (await world.catalog.points()).find(({ type }) => type === "full");
  // Its file was written in February, when it was copied.
  const begun = Date.parse("2017-01-15T21:00:00Z");
  assert.deepEqual([full?.startedAt, full?.createdAt], [begun, begun]);
  assert.deepEqual(
    outcomes(await importBackups(command, world.ports))[1],
    "SQL01 Sales full known",
  );
});

test("under a set a compressed differential or log is left out, since nobody can read what it builds on", async () => {
  const world = await createAppliedWorld();
  const sales = { server: "SQL01", database: "Sales" };
  world.backupFiles.set(pathOf({ ...sales, type: "FULL" }, "20170115_210000"), sealed(1));
  world.backupFiles.set(pathOf({ ...sales, type: "DIFF" }, "20170115_220000"), sealed(3));
  const command = { ...COMMAND, set: "orders", sealed: { kind: "ola" } as const };
  const report = await importBackups(command, world.ports);
  assert.deepEqual(outcomes(report), ["SQL01 Sales full imported"]);
  assert.match(report.refused[0]?.detail ?? "", /could purge that first/);
});

test("a configured set of that name decides about what belongs to nobody else, and the import says so", async () => {
  const set = EXAMPLE.slice(EXAMPLE.indexOf("backup_set")).replace('"orders"', '"imported"');
  const world = await createAppliedWorld(EXAMPLE + set);
  put(world, { database: "Sales", type: "FULL", id: 1 });
  const { outlook } = await importBackups(COMMAND, world.ports);
  assert.deepEqual(
    [outlook.backupSet, outlook.retention],
    ["backup_set.imported", "retention.standard"],
  );
});
