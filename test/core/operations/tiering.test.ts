import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAddress } from "../../../core/address/address.ts";
import type { RecoveryPoint } from "../../../core/catalog/recovery-point.ts";
import { toInstant } from "../../../core/kit/clock.ts";
import { backUp } from "../../../core/operations/backup.ts";
import { examineVaults } from "../../../core/operations/doctor.ts";
import { listPoints } from "../../../core/operations/list-points.ts";
import type { Ports } from "../../../core/operations/ports.ts";
import { planPrune, prune } from "../../../core/operations/prune.ts";
import { ResourceLookup } from "../../../core/operations/resource-lookup.ts";
import { previewRestore, restorePoint } from "../../../core/operations/restore.ts";
import { tieringOf } from "../../../core/operations/tiering.ts";
import type { BlobContainer } from "../../../core/storage/blob-container.ts";
import { openBlobContainer } from "../../../providers/azure/blob/open-container.ts";
import { applyAll } from "../../support/applied-world.ts";
import { startFakeBlobService } from "../../support/fake-blob-service.ts";
import { createWorld, EXAMPLE } from "../../support/memory-ports.ts";
import { seededBytes } from "../../support/vault.ts";
import { withCode } from "../../support/with-code.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = { backupSet: "orders", trigger: "manual" } as const;

function configuration(tiers: string): string {
  return EXAMPLE.replace(
    'storage "local" { path = "./vault" }',
    `storage "azure_blob" {
    account_url = "https://contoso.blob.core.windows.net"
    container   = "holdfast"
    credential  = credential.storage
  }
  ${tiers}`,
  )
    .replace("daily    = 10", "daily    = 3000")
    .concat('credential "storage" {\n  type = "sas"\n  password_env = "TEST_PASSWORD"\n}\n');
}

const ROW = 255;
const BYTES = seededBytes("tiering")(36_000 * ROW);
/** More than one pack, so that one holds no listing. */
const LARGE = Array.from({ length: BYTES.length / ROW }, (_, at) =>
  BYTES.subarray(at * ROW, (at + 1) * ROW),
);

async function openWorld(tiers: string, rows: readonly Uint8Array[]) {
  const world = createWorld(configuration(tiers));
  const service = await startFakeBlobService({
    now: () => world.time,
    rehydration: 15 * HOUR,
    immutableVersions: true,
  });
  const ports = {
    ...world.ports,
    openBlobContainer: ({ immutable }: BlobContainer) =>
      Promise.resolve(openBlobContainer({ ...service.place, immutable })),
  };
  world.server.contents.set("db1", new Map([["t1", rows]]));
  await applyAll(ports);
  const tiersOf = () =>
    [...service.account.blobs].flatMap(([name, { tier }]) =>
      name.startsWith("packs/") ? [tier] : [],
    );
  return { world, ports, tiersOf, [Symbol.asyncDispose]: () => service[Symbol.asyncDispose]() };
}

test("prune moves packs of points to the cold tier once their warm days have ended, and tells it before", async () => {
  await using opened = await openWorld('tiers { cold = "cool" }', LARGE.slice(0, 50));
  const { world, ports, tiersOf } = opened;
  await backUp(NOW, ports);
  world.time += 90 * DAY;
  const [early] = await prune(ports);
  assert.equal(early?.collection.movedPacks, 0);
  world.time += DAY;
  const [plan] = await planPrune(ports);
  assert.deepEqual(new Set(tiersOf()), new Set(["Hot"]));
  const [done] = await prune(ports);
  assert.ok((done?.collection.movedPacks ?? 0) > 0);
  assert.deepEqual(done?.collection.movedBytes, plan?.collection.movedBytes);
  assert.deepEqual(new Set(tiersOf()), new Set(["Cool"]));
});

test("a restore of an archived point is told, asked for, waited for, and then goes on", async () => {
  await using opened = await openWorld('tiers {\n  cold = "archive"\n  warm_days = 1\n}', LARGE);
  const { world, ports, tiersOf } = opened;
  await backUp(NOW, ports);
  const [point] = await world.catalog.points();
  const id = point?.id ?? assert.fail("no point");
  world.time += 3 * DAY;
  await prune(ports);
  assert.ok(tiersOf().includes("Archive"), tiersOf().join());
  const command = { point: id, to: "orders", as: "again" };
  const { archived } = await previewRestore(command, ports);
  assert.equal(archived.packs, 1);
  await assert.rejects(restorePoint(command, ports), withCode("STORE_ARCHIVED", "-rehydrate"));
  const asked = restorePoint({ ...command, rehydrate: "standard" }, ports);
  await assert.rejects(asked, withCode("STORE_REHYDRATING", "15 hours"));
  world.time += HOUR;
  await assert.rejects(restorePoint(command, ports), withCode("STORE_REHYDRATING"));
  assert.equal((await world.catalog.jobs()).length, 1, "a job was begun that could not read");
  world.time += 15 * HOUR;
  const { job } = await restorePoint(command, ports);
  assert.equal(job.status, "successful", JSON.stringify(world.events.at(-2)));
  const rows = world.server.contents.get("again")?.get("t1") ?? [];
  assert.equal(Buffer.compare(Buffer.concat(rows), BYTES), 0);
});

const VAULT = formatAddress("vault", "main");

function pointOf(id: string, facts: Partial<RecoveryPoint>): RecoveryPoint {
  return {
    id,
    state: "listed",
    backupSet: formatAddress("backup_set", "gone"),
    server: formatAddress("server", "orders"),
    vault: VAULT,
    database: "db1",
    type: "full",
    method: "native",
    trigger: "manual",
    consistency: "transactional",
    startedAt: toInstant(0),
    createdAt: toInstant(0),
    base: null,
    convertedFrom: null,
    conversionReason: null,
    bytesRead: 0,
    bytesStored: 0,
    job: "job",
    ...facts,
  };
}

function lookup(cold: string): ResourceLookup {
  const attributes = { tiers: { cold, warm_days: 90, hot: null } };
  return new ResourceLookup([{ address: VAULT, type: "vault", attributes }]);
}

test("what a point needs that is not cold is not cold either, however old it is", () => {
  const at = toInstant(200 * DAY);
  const young = toInstant(150 * DAY);
  const points = [
    pointOf("old", {}),
    pointOf("base", {}),
    pointOf("differential", { type: "differential", base: "base" }),
    pointOf("log", { type: "log", base: "differential", createdAt: young }),
    pointOf("base of one under way", {}),
    pointOf("under way", { state: "pending", createdAt: null, base: "base of one under way" }),
    pointOf("elsewhere", { vault: formatAddress("vault", "other") }),
    pointOf("purged", { state: "purged", base: "old" }),
  ];
  const found = tieringOf(VAULT, points, { resources: lookup("cold"), at });
  assert.deepEqual(found, { tier: "cold", coldPoints: new Set(["old"]) });
  assert.equal(tieringOf(VAULT, points, { resources: lookup("none"), at }), undefined);
});

test("B-15 a point is hot while the cache holds all of its packs, and only where there is a cache", async () => {
  const tierOfPoints = async (ports: Ports) =>
    (await listPoints({}, ports)).recovery_points.map(({ tier }) => tier);
  await using plain = await openWorld("", LARGE.slice(0, 50));
  await backUp(NOW, plain.ports);
  assert.deepEqual(new Set(await tierOfPoints(plain.ports)), new Set(["warm"]));
  await using opened = await openWorld(
    'tiers {\n  hot {\n    path = "./hot"\n    size = "1GiB"\n  }\n}',
    LARGE.slice(0, 50),
  );
  const { world, ports } = opened;
  await backUp(NOW, ports);
  assert.deepEqual(new Set(await tierOfPoints(ports)), new Set(["hot"]));
  world.time += DAY;
  await prune(ports);
  assert.deepEqual(new Set(await tierOfPoints(ports)), new Set(["hot"]));
  for await (const { name } of world.store.list("hot-copies/")) await world.store.remove(name);
  assert.deepEqual(new Set(await tierOfPoints(ports)), new Set(["warm"]));
});

test("doctor says whether the newest point is protected as the configuration wants", async () => {
  const verdicts = async (ports: Ports) => {
    const [diagnosis] = await examineVaults({ vault: undefined, variables: [] }, ports);
    const found = diagnosis?.findings.filter(({ promise }) => promise.startsWith("keeps what"));
    return found?.map(({ verdict, code }) => [verdict, code]);
  };
  await using opened = await openWorld("", LARGE.slice(0, 50));
  const { world, ports } = opened;
  assert.deepEqual(await verdicts(ports), []);
  world.configuration = configuration("immutability { days = 14 }");
  assert.deepEqual(await verdicts(ports), [["broken", "STORE_NOT_IMMUTABLE"]]);
  world.time += 15 * DAY;
  assert.deepEqual(await verdicts(ports), [["not tried", undefined]]);
  await using kept = await openWorld("immutability { days = 14 }", LARGE.slice(0, 50));
  assert.deepEqual(await verdicts(kept.ports), [["kept", undefined]]);
});
