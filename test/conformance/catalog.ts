import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAddress } from "../../core/address/address.ts";
import type { Catalog, CatalogObject } from "../../core/catalog/catalog.ts";
import type { JobRecord } from "../../core/catalog/job.ts";
import type { RecoveryPoint } from "../../core/catalog/recovery-point.ts";
import { DiagnosticError } from "../../core/diagnostics/diagnostic.ts";
import { toInstant } from "../../core/kit/clock.ts";

export function sampleObject(name: string, attributes: CatalogObject["attributes"] = {}) {
  return {
    address: formatAddress("server", name),
    type: "server",
    attributes,
    dependsOn: [formatAddress("credential", "ci")],
    appliedAt: toInstant(1_000),
  } satisfies CatalogObject;
}

export function samplePoint(id: string, startedAt: number, facts: Partial<RecoveryPoint> = {}) {
  return {
    id,
    state: "listed",
    backupSet: formatAddress("backup_set", "orders"),
    server: formatAddress("server", "orders"),
    vault: formatAddress("vault", "main"),
    database: "shop",
    type: "full",
    method: "snapshot",
    trigger: "manual",
    consistency: "transactional",
    startedAt: toInstant(startedAt),
    createdAt: toInstant(startedAt + 10),
    base: null,
    convertedFrom: null,
    conversionReason: null,
    bytesRead: 2 ** 53 - 1,
    bytesStored: 5,
    job: "job-1",
    ...facts,
  } satisfies RecoveryPoint;
}

export function sampleJob(id: string, queuedAt: number): JobRecord {
  return {
    id,
    operation: "backup",
    subject: formatAddress("backup_set", "orders"),
    type: "full",
    trigger: "manual",
    status: "queued",
    queuedAt: toInstant(queuedAt),
    startedAt: null,
    finishedAt: null,
    worker: null,
    cancelRequested: false,
    bandwidth: "unlimited",
    bytesRead: 0,
    bytesStored: 0,
    databases: [],
  };
}

/** What every implementation of `Catalog` must do. `open` gives a new, empty catalog. */
export function catalogConformance(name: string, open: () => Promise<Catalog>): void {
  test(`${name}: a new catalog is empty and has a lineage`, async () => {
    await using catalog = await open();
    await using other = await open();
    assert.deepEqual(await catalog.objects(), []);
    assert.deepEqual(await catalog.points(), []);
    assert.deepEqual(await catalog.jobs(), []);
    const { lineage, serial } = await catalog.version();
    assert.equal(serial, 0);
    assert.notEqual(lineage, "");
    assert.notEqual(lineage, (await other.version()).lineage);
  });

  test(`${name}: objects come back as written, by address, and can be replaced and removed`, async () => {
    await using catalog = await open();
    const b = sampleObject("b", { port: 1433, tls: { ca_file: null }, list: ["é\u0000", true] });
    const a = { ...sampleObject("a"), sensitive: [["host"], ["tls", "ca_file"]] };
    await catalog.write([
      { kind: "put_object", object: b },
      { kind: "put_object", object: a },
    ]);
    assert.deepEqual(await catalog.objects(), [a, b]);
    const changed = sampleObject("b", { port: 1 });
    await catalog.write([{ kind: "put_object", object: changed }]);
    await catalog.write([{ kind: "remove_object", address: a.address }]);
    assert.deepEqual(await catalog.objects(), [changed]);
  });

  test(`${name}: points of every state come back as written, oldest first`, async () => {
    await using catalog = await open();
    const points = [
      samplePoint("c", 5),
      samplePoint("a", 7, { state: "pending", createdAt: null }),
      samplePoint("aa", 7, {
        storedAt: toInstant(8),
        added: { raw: 0, stored: 2 ** 40 },
        cleared: { at: toInstant(9), by: `o'hara@"host"`, reason: null },
      }),
      samplePoint("b", 7, { type: "differential", base: "c", convertedFrom: "cdc" }),
      samplePoint("0", 9, { state: "tombstoned", conversionReason: "x", database: `or]der's "x"` }),
    ];
    await catalog.write(points.toReversed().map((point) => ({ kind: "put_point", point })));
    assert.deepEqual(await catalog.points(), points);
    await catalog.write([{ kind: "remove_point", id: "b" }]);
    assert.deepEqual(
      (await catalog.points()).map(({ id }) => id),
      ["c", "a", "aa", "0"],
    );
  });

  test(`${name}: jobs come newest first, as many as asked for`, async () => {
    await using catalog = await open();
    const jobs = [sampleJob("a", 1), sampleJob("b", 3), sampleJob("c", 3)];
    await catalog.write(jobs.map((job) => ({ kind: "put_job", job })));
    assert.deepEqual(
      (await catalog.jobs()).map(({ id }) => id),
      ["c", "b", "a"],
    );
    assert.deepEqual(
      (await catalog.jobs({ limit: 1 })).map(({ id }) => id),
      ["c"],
    );
    assert.deepEqual(
      (await catalog.jobs({ limit: 0 })).map(({ id }) => id),
      [],
    );
  });

  test(`${name}: a job is found by its id however many came after it`, async () => {
    await using catalog = await open();
    const jobs = Array.from({ length: 60 }, (_, at) => sampleJob(`job-${at}`, at));
    await catalog.write(jobs.map((job) => ({ kind: "put_job", job })));
    assert.deepEqual(await catalog.job("job-0"), jobs[0]);
    assert.equal(await catalog.job("job-60"), undefined);
  });

  test(`${name}: a cancel request outlives what the job's worker writes, and never revives a job that ended`, async () => {
    await using catalog = await open();
    const running = { ...sampleJob("a", 1), status: "running" } as const;
    const { serial } = await catalog.write([{ kind: "put_job", job: running }]);
    await catalog.write([{ kind: "cancel_job", id: "a" }]);
    assert.deepEqual(await catalog.job("a"), { ...running, cancelRequested: true });
    const ended = { ...running, status: "cancelled", bytesRead: 7 } as const;
    await catalog.write([{ kind: "put_job", job: ended }]);
    assert.deepEqual(await catalog.job("a"), { ...ended, cancelRequested: true });
    const done = { ...sampleJob("b", 2), status: "successful" } as const;
    await catalog.write([
      { kind: "put_job", job: done },
      { kind: "cancel_job", id: "b" },
      { kind: "cancel_job", id: "nobody" },
    ]);
    assert.deepEqual(await catalog.job("b"), done);
    assert.equal((await catalog.version()).serial, serial);
  });

  test(`${name}: the serial grows by one with each write of objects or points, not with jobs`, async () => {
    await using catalog = await open();
    const { lineage } = await catalog.version();
    const put = { kind: "put_object", object: sampleObject("a") } as const;
    const point = { kind: "put_point", point: samplePoint("a", 1) } as const;
    const job = { kind: "put_job", job: sampleJob("a", 1) } as const;
    assert.deepEqual(await catalog.write([put, point]), { lineage, serial: 1 });
    assert.deepEqual(await catalog.write([job]), { lineage, serial: 1 });
    assert.deepEqual(await catalog.write([job, point]), { lineage, serial: 2 });
    assert.deepEqual(await catalog.write([]), { lineage, serial: 2 });
    assert.deepEqual(await catalog.version(), { lineage, serial: 2 });
  });

  test(`${name}: the lock has one holder at a time and is released once`, async () => {
    await using catalog = await open();
    const lock = await catalog.lock("apply");
    assert.equal(lock.holder.operation, "apply");
    await assert.rejects(catalog.lock("destroy"), (error) => {
      assert.ok(error instanceof DiagnosticError);
      assert.equal(error.diagnostic.code, "CATALOG_LOCKED");
      assert.match(error.diagnostic.detail, new RegExp(`Process ${lock.holder.pid} on .* apply`));
      return true;
    });
    await lock[Symbol.asyncDispose]();
    const next = await catalog.lock("destroy");
    await lock[Symbol.asyncDispose]();
    await assert.rejects(catalog.lock("apply"), { name: "DiagnosticError" });
    await next[Symbol.asyncDispose]();
    assert.equal((await catalog.version()).serial, 0);
  });

  test(`${name}: a lock is broken once, and its holder writes nothing any more until it gave the lock back`, async () => {
    await using catalog = await open();
    assert.equal(await catalog.heldLock(), undefined);
    const lock = await catalog.lock("apply");
    const held = await catalog.heldLock();
    assert.deepEqual([held?.holder, held?.process], [lock.holder, "running"]);
    assert.deepEqual([await held?.break(), await held?.break()], [true, false]);
    assert.equal(await catalog.heldLock(), undefined);
    const put = { kind: "put_object", object: sampleObject("a") } as const;
    await assert.rejects(catalog.write([put]), (error) => {
      assert.ok(error instanceof DiagnosticError);
      assert.equal(error.diagnostic.code, "CATALOG_LOCK_LOST");
      return true;
    });
    assert.deepEqual(await catalog.objects(), []);
    await lock[Symbol.asyncDispose]();
    assert.equal((await catalog.write([put])).serial, 1);
    await using next = await catalog.lock("destroy");
    assert.deepEqual((await catalog.heldLock())?.holder, next.holder);
    assert.equal((await catalog.write([put])).serial, 2);
  });
}
