import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAddress } from "../../../core/address/address.ts";
import type { Catalog, CatalogChange } from "../../../core/catalog/catalog.ts";
import { failure } from "../../../core/diagnostics/diagnostic.ts";
import { backUp } from "../../../core/operations/backup.ts";
import { listPoints } from "../../../core/operations/list-points.ts";
import type { Ports } from "../../../core/operations/ports.ts";
import { parseBlobName } from "../../../core/storage/blob-store.ts";
import { createAppliedWorld } from "../../support/applied-world.ts";
import type { MemoryWorld } from "../../support/memory-ports.ts";

const NOW = { backupSet: "orders", trigger: "manual" } as const;

/** The world with another view of its catalog. */
function withCatalog(world: MemoryWorld, changed: Partial<Catalog>): Ports {
  const catalog = new Proxy(world.catalog, {
    get: (target, key) => Reflect.get(changed, key) ?? Reflect.get(target, key, target),
  });
  return {
    ...world.ports,
    catalogs: { ...world.ports.catalogs, open: () => Promise.resolve(catalog) },
  };
}

function failingWrites(
  world: MemoryWorld,
  fails: (changes: readonly CatalogChange[], call: number) => boolean,
): Ports {
  let calls = 0;
  return withCatalog(world, {
    write: async (changes) => {
      calls += 1;
      if (!fails(changes, calls)) return world.catalog.write(changes);
      throw failure({
        code: "CATALOG_FULL",
        summary: "No space left",
        detail: "The disk is full.",
      });
    },
  });
}

const lists = (changes: readonly CatalogChange[]): boolean =>
  changes.some((change) => change.kind === "put_point" && change.point.state === "listed");

test("a point whose commit reached the vault and not the catalog is listed by the next backup", async () => {
  const world = await createAppliedWorld();
  let failures = 0;
  const ports = failingWrites(world, (changes) => lists(changes) && ++failures === 1);
  const job = await backUp(NOW, ports);
  assert.equal(job.status, "successful_with_errors");
  assert.deepEqual(
    job.databases.map(({ database, result, code, point }) => [
      database,
      result,
      code,
      point === null,
    ]),
    [
      ["db1", "failed", "CATALOG_FULL", true],
      ["db2", "backed_up", null, false],
    ],
  );
  await backUp(NOW, world.ports);
  const { recovery_points } = await listPoints({}, world.ports);
  assert.deepEqual(
    recovery_points.map(({ database }) => database),
    ["db1", "db2", "db1", "db2"],
  );
});

test("whichever write of the catalog fails, the next backup succeeds and every committed point is listed", async () => {
  for (let broken = 1; ; broken += 1) {
    const world = await createAppliedWorld();
    const ports = failingWrites(world, (_, call) => call === broken);
    const job = await backUp(NOW, ports).catch(() => undefined);
    const next = await backUp(NOW, world.ports);
    assert.equal(next.status, "successful", `write ${broken}`);
    const points = await world.catalog.points();
    assert.ok(
      points.every(({ state }) => state === "listed"),
      `write ${broken}`,
    );
    const stored = [];
    for await (const { name } of world.store.list("points/")) stored.push(name);
    assert.equal(points.length, stored.length, `write ${broken}`);
    if (job?.status === "successful" && points.length === 4) return;
  }
});

test("a failure that cannot be undone in the catalog still tells what failed first", async () => {
  const world = await createAppliedWorld();
  world.server.contents.delete("db2");
  world.server.beforeRead = () => {
    throw failure({
      code: "TABLE_READ_FAILED",
      summary: "Table not readable",
      detail: "It is gone.",
    });
  };
  const ports = failingWrites(world, (changes) =>
    changes.some(({ kind }) => kind === "remove_point"),
  );
  const job = await backUp(NOW, ports);
  assert.equal(job.databases[0]?.code, "TABLE_READ_FAILED");
  assert.match(job.databases[0].message ?? "", /It is gone\.[^]*No space left/);
});

test("a pending point of a job that starts while another backup settles is left alone", async () => {
  const world = await createAppliedWorld();
  world.alive = true;
  await backUp(NOW, world.ports);
  const [job] = await world.catalog.jobs();
  const [point] = await world.catalog.points();
  assert.ok(job && point);
  const late = {
    ...point,
    id: "1".repeat(32),
    state: "pending",
    createdAt: null,
    job: "job-late",
  } as const;
  let reads = 0;
  const ports = withCatalog(world, {
    points: async () => {
      reads += 1;
      if (reads === 1) {
        await world.catalog.write([
          { kind: "put_job", job: { ...job, id: "job-late", status: "running" } },
          { kind: "put_point", point: late },
        ]);
      }
      return world.catalog.points();
    },
    jobs: async (options) => {
      const jobs = await world.catalog.jobs(options);
      return reads === 0 ? jobs.filter(({ id }) => id !== "job-late") : jobs;
    },
  });
  await backUp(NOW, ports);
  assert.ok(
    (await world.catalog.points()).some(({ id, state }) => id === late.id && state === "pending"),
  );
});

test("a dead job with a pending point in another vault is ended when that vault is looked at", async () => {
  const world = await createAppliedWorld();
  await backUp(NOW, world.ports);
  const [job] = await world.catalog.jobs();
  const [point] = await world.catalog.points();
  assert.ok(job && point);
  const vault = formatAddress("vault", "other");
  await world.catalog.write([
    { kind: "put_job", job: { ...job, id: "job-dead", status: "running", finishedAt: null } },
    {
      kind: "put_point",
      point: {
        ...point,
        id: "2".repeat(32),
        vault,
        state: "pending",
        createdAt: null,
        job: "job-dead",
      },
    },
  ]);
  await backUp(NOW, world.ports);
  assert.equal((await world.catalog.job("job-dead"))?.status, "running");
});

test("a point is dated no earlier than its start, and listed, when the clock is set back during its backup", async () => {
  const world = await createAppliedWorld();
  world.server.beforeRead = (database) => {
    if (database === "db1") world.time -= 3_600_000;
  };
  await backUp(NOW, world.ports);
  for (const { startedAt, createdAt } of await world.catalog.points()) {
    assert.ok((createdAt ?? 0) >= startedAt);
  }
  assert.equal((await listPoints({}, world.ports)).recovery_points.length, 2);
});

test("a job that fails before its first database records why", async () => {
  const world = await createAppliedWorld();
  const openServer = () =>
    Promise.reject(
      failure({ code: "SERVER_UNREACHABLE", summary: "Server cannot be reached", detail: "No." }),
    );
  const job = await backUp(NOW, { ...world.ports, openServer });
  assert.equal(job.status, "failed");
  assert.deepEqual(
    job.databases.map(({ database, code }) => [database, code]),
    [["*", "SERVER_UNREACHABLE"]],
  );
});

test("a damaged manifest of an older point keeps no backup from running after a crash, and nothing pending is lost", async () => {
  const world = await createAppliedWorld();
  await backUp(NOW, world.ports);
  const [damaged, whole] = await world.catalog.points();
  assert.ok(damaged && whole);
  const name = parseBlobName(`points/${damaged.id}`);
  const bytes = Uint8Array.from(await world.store.get(name));
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  await world.store.remove(name);
  await world.store.put(name, [bytes]);
  for (const point of [damaged, whole]) {
    const pending = { ...point, state: "pending", createdAt: null } as const;
    await world.catalog.write([{ kind: "put_point", point: pending }]);
  }
  const job = await backUp(NOW, world.ports);
  assert.equal(job.status, "successful");
  const states = new Map((await world.catalog.points()).map(({ id, state }) => [id, state]));
  assert.deepEqual([states.get(damaged.id), states.get(whole.id)], ["pending", "listed"]);
});
