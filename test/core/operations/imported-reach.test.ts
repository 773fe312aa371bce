import assert from "node:assert/strict";
import { test } from "node:test";
import { explain } from "../../../core/operations/explain.ts";
import { type ImportReport, importBackups } from "../../../core/operations/import-backup.ts";
import { importListing } from "../../../core/operations/import-listing.ts";
import { listPoints } from "../../../core/operations/list-points.ts";
import { makePlan } from "../../../core/operations/make-plan.ts";
import { planPrune, prune } from "../../../core/operations/prune.ts";
import { rebuildCatalog } from "../../../core/operations/rebuild-catalog.ts";
import { DEFAULT_PLAN_OPTIONS } from "../../../core/plan/build-plan.ts";
import { createAppliedWorld } from "../../support/applied-world.ts";
import { EXAMPLE, type MemoryWorld } from "../../support/memory-ports.ts";
import { type TapeSet, tapeBytes } from "../../support/tape-media.ts";
import { readRealRows } from "../policy/chain/real-headers.ts";

const FORK = "0d4e2a3b-5f53-4a0e-9d55-64a7d1c9ab01";
const FIRST = guid(1);
const SECOND = guid(7);

/** A full, two logs, one in which nothing happened, a differential; a log is missing, two lead nowhere; a second full. */
const SETS: readonly TapeSet[] = [
  set("D", 1, { from: 10, to: 20, at: "2017-01-25T10:00:00" }),
  set("L", 2, { from: 10, to: 30, at: "2017-01-25T11:00:00", full: FIRST }),
  set("L", 3, { from: 30, to: 40, at: "2017-01-25T12:00:00", full: FIRST }),
  set("L", 4, { from: 40, to: 40, at: "2017-01-25T13:00:00", full: FIRST }),
  {
    ...set("I", 5, { from: 32, to: 35, at: "2017-01-25T11:30:00", full: FIRST }),
    base: { set: FIRST, lsn: [24, 10, 1] },
  },
  set("L", 8, { from: 50, to: 60, at: "2017-01-26T12:00:00", full: FIRST }),
  set("L", 9, { from: 60, to: 70, at: "2017-01-26T13:00:00", full: FIRST }),
  set("D", 7, { from: 75, to: 80, at: "2017-01-27T10:00:00", full: FIRST }),
  set("L", 6, { from: 75, to: 90, at: "2017-01-27T11:00:00", full: SECOND }),
];
const LED_NOWHERE = [8, 9].map(guid);

interface Extent {
  readonly from: number;
  readonly to: number;
  readonly at: string;
  readonly full?: string;
}

function set(type: TapeSet["type"], id: number, { from, to, at, full }: Extent): TapeSet {
  return {
    type,
    database: "Orders",
    set: guid(id),
    firstLsn: [24, from, 1],
    lastLsn: [24, to, 1],
    fork: FORK,
    started: at,
    finished: at.replace(/00$/, "05"),
    ...(full === undefined ? {} : { currentBase: full }),
  };
}

function guid(id: number): string {
  return `f24e3dc4-fb3c-48aa-9360-${String(id).padStart(12, "0")}`;
}

async function imported(
  sets: readonly TapeSet[],
  configuration = EXAMPLE,
): Promise<{ readonly world: MemoryWorld; readonly report: ImportReport }> {
  const world = await createAppliedWorld(configuration);
  for (const [at, each] of sets.entries()) {
    const tape = { mediaSet: guid(900), stripe: 1, stripes: 1, sets: [each] };
    world.backupFiles.set(`bak/${at}.bak`, tapeBytes(tape));
  }
  const command = { vault: "main", paths: ["bak/"], timezone: "UTC", dryRun: false };
  return { world, report: await importBackups({ ...command, sealed: undefined }, world.ports) };
}

/** With a retention that decides on what is imported. */
function governed(more = ""): string {
  return `${EXAMPLE.replace("daily    = 10", `daily = 10\n${more}`)}
backup_set "imported" {
  server = server.orders
  policy = policy.gold
  vault  = vault.main
  databases { include = ["Other"] }
}`;
}

/** Ids of sets by points. */
async function setsOf({ catalog }: MemoryWorld): Promise<ReadonlyMap<string, string>> {
  const points = await catalog.points();
  return new Map(points.map(({ id, place }) => [id, place?.set ?? ""]));
}

test("points and explain offer every moment that the importing report tells, and no other", async () => {
  const { world, report } = await imported(SETS);
  const [chain] = importListing(report, "UTC").chains;
  const { coverage } = await listPoints({}, world.ports);
  const plain = coverage.map(({ from, to }) => ({ from, to }));
  assert.deepEqual(plain, chain?.coverage);
  assert.deepEqual(plain, [
    { from: "2017-01-25T10:00:05.000Z", to: "2017-01-25T13:00:00.000Z" },
    { from: "2017-01-27T10:00:05.000Z", to: "2017-01-27T11:00:00.000Z" },
  ]);
  const { databases } = await explain({ subject: "Orders" }, world.ports);
  assert.deepEqual(databases[0]?.coverage, coverage);
});

test("a set with damaged pages is listed, but no moment is promised by it", async () => {
  const [full, log] = SETS;
  assert.ok(full && log);
  const page = new Uint8Array(8192).fill(1);
  new DataView(page.buffer).setUint16(4, 0x200, true);
  const { world, report } = await imported([{ ...full, pages: [page] }, log]);
  assert.equal(report.backups[0]?.set.damagedPages.length, 1);
  const { coverage, recovery_points } = await listPoints({}, world.ports);
  assert.deepEqual([recovery_points.length, coverage], [2, []]);
});

test("of the backups of real servers the listing offers what the importing report tells", async (t) => {
  const rows = readRealRows();
  if (rows === undefined) return t.skip("no shared data: real headers were not read");
  const parts = (lsn: string) =>
    [Number(lsn.slice(0, -15)), Number(lsn.slice(-15, -5)), Number(lsn.slice(-5))] as const;
  const sets = rows.map((cell): TapeSet => {
    const base = cell("diff_base_guid");
    const current = cell("current_diff_base_guid");
    return {
      type: cell("type") as TapeSet["type"],
      database: cell("database"),
      set: cell("backup_set_guid"),
      firstLsn: parts(cell("first_lsn")),
      lastLsn: parts(cell("last_lsn")),
      started: cell("start_local"),
      finished: cell("start_local"),
      ...(/[1-9a-f]/.test(current) ? { currentBase: current } : {}),
      ...(base === "" ? {} : { base: { set: base, lsn: parts(cell("diff_base_lsn")) } }),
    };
  });
  const unique = [...new Map(sets.map((each) => [each.set, each])).values()];
  const { world, report } = await imported(unique);
  const inOrder = (spans: readonly { readonly from: string; readonly to: string }[]) =>
    spans.map(({ from, to }) => `${from} ${to}`).sort();
  const { coverage } = await listPoints({}, world.ports);
  const told = importListing(report, "UTC").chains.flatMap((chain) => chain.coverage);
  assert.deepEqual(inOrder(coverage), inOrder(told));
  assert.ok(coverage.length > 20, `${coverage.length} stretches`);
});

test("prune takes the logs that lead nowhere and no other, the listing leaves them out, explain says why", async () => {
  const { world } = await imported(SETS, governed());
  const sets = await setsOf(world);
  const [plan] = await planPrune(world.ports);
  assert.deepEqual(new Set(plan?.points.map(({ id }) => sets.get(id))), new Set(LED_NOWHERE));
  const { recovery_points, coverage } = await listPoints({}, world.ports);
  const listed = new Set(recovery_points.map(({ id }) => sets.get(id)));
  assert.deepEqual(
    SETS.map((each) => each.set).filter((each) => !listed.has(each)),
    LED_NOWHERE,
  );
  const { databases } = await explain({ subject: "Orders" }, world.ports);
  const dead = databases[0]?.points.filter(({ verdict }) => verdict === "purged") ?? [];
  const gone = new Set(dead.map(({ id }) => sets.get(id)));
  assert.deepEqual(gone, new Set(LED_NOWHERE));
  assert.ok(dead.every(({ steps }) => steps.some(({ rule }) => rule === "dead_log")));
  await prune(world.ports);
  assert.deepEqual((await listPoints({}, world.ports)).coverage, coverage);
  const [again] = await planPrune(world.ports);
  assert.deepEqual(again?.points, []);
});

test("with dead_logs = keep, or under a hold, logs that lead nowhere stay listed and unoffered", async () => {
  for (const more of ['  dead_logs = "keep"', "  legal_hold = true"]) {
    const { world } = await imported(SETS, governed(more));
    const [plan] = await planPrune(world.ports);
    assert.deepEqual(plan?.points, []);
    const { recovery_points, coverage } = await listPoints({}, world.ports);
    assert.deepEqual([recovery_points.length, coverage.length], [SETS.length, 2]);
  }
});

test("a plan that ends the keeping of dead logs tells which expire with it", async () => {
  const { world } = await imported(SETS, governed('  dead_logs = "keep"'));
  const sets = await setsOf(world);
  world.configuration = governed();
  const { plan } = await makePlan({ options: DEFAULT_PLAN_OPTIONS, variables: [] }, world.ports);
  const changed = new Set(plan.recoveryPointChanges.map(({ id }) => sets.get(id)));
  assert.deepEqual(changed, new Set(LED_NOWHERE));
});

test("a catalog that was rebuilt from the vault knows the places of its points again", async () => {
  const { world } = await imported(SETS);
  const before = await world.catalog.points();
  const { coverage } = await listPoints({}, world.ports);
  await world.catalog.write(before.map(({ id }) => ({ kind: "remove_point", id })));
  await rebuildCatalog({ dryRun: false, listPurged: false, variables: [] }, world.ports);
  const after = await world.catalog.points();
  assert.deepEqual(
    after.map(({ id, place }) => [id, place]),
    before.map(({ id, place }) => [id, place]),
  );
  assert.deepEqual((await listPoints({}, world.ports)).coverage, coverage);
});
