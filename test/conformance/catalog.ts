import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatAddress } from "../../core/address/address.ts";
import { type ApplyRecord, summaryOf } from "../../core/catalog/apply-record.ts";
import type { Catalog, CatalogObject } from "../../core/catalog/catalog.ts";
import type { JobRecord, Worker } from "../../core/catalog/job.ts";
import { type PointPatch, patchPoint } from "../../core/catalog/point-patch.ts";
import type { RecoveryPoint } from "../../core/catalog/recovery-point.ts";
import { DiagnosticError } from "../../core/diagnostics/diagnostic.ts";
import type { ChangePlace } from "../../core/kit/change-place.ts";
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

function sampleWorker(): Worker {
  return { id: "w", kind: "local", host: "h", pid: 1, startedAt: toInstant(5), endedAt: null };
}

/** An apply that made `a` and changed `b`, of which nothing is done. */
export function sampleApply(id: string, startedAt: number): ApplyRecord {
  const [a, b] = [sampleObject("a"), sampleObject("b", { port: 1 })];
  const change = { previousAddress: null, done: false };
  return {
    id,
    startedAt: toInstant(startedAt),
    endedAt: null,
    status: "running",
    planDigest: null,
    by: `o'hara@"host"`,
    changes: [
      { ...change, address: b.address, action: "update", before: sampleObject("b"), after: b },
      { ...change, address: a.address, action: "create", before: null, after: a },
    ],
    points: [],
    noReturnAfter: null,
    undo: null,
    undoes: null,
  };
}

const CHANGES: ChangePlace = {
  identity: "7:5a",
  enabledBy: "engine",
  after: "0000002d000001e80047",
  reached: "0000002d000001e80047",
  reachedAt: toInstant(9),
};

function plain<T>(model: { [Key in keyof T]: fc.Arbitrary<T[Key]> }): fc.Arbitrary<T> {
  return fc.record(model, { noNullPrototype: true });
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
      samplePoint("1", 9, {
        state: "tombstoned",
        purge: { apply: "a", at: toInstant(20), after: toInstant(30) },
      }),
      samplePoint("2", 9, { method: "cdc", consistency: "fuzzy", changes: CHANGES }),
    ];
    await catalog.write(points.toReversed().map((point) => ({ kind: "put_point", point })));
    assert.deepEqual(await catalog.points(), points);
    await catalog.write([{ kind: "remove_point", id: "b" }]);
    assert.deepEqual(
      (await catalog.points()).map(({ id }) => id),
      ["c", "a", "aa", "0", "1", "2"],
    );
  });

  test(`${name}: what a change of a point does not name stays, and what is gone or in another state is left alone`, async () => {
    await using catalog = await open();
    const purge = { apply: "a", at: toInstant(20), after: toInstant(30) };
    const cleared = { at: toInstant(9), by: `o'hara@"host"`, reason: "me" };
    const point = samplePoint("a", 5, { state: "tombstoned", purge });
    const { serial } = await catalog.write([{ kind: "put_point", point }]);
    await catalog.write([
      { kind: "change_point", id: "a", patch: { cleared } },
      { kind: "change_point", id: "a", from: "listed", patch: { state: "purged" } },
      { kind: "change_point", id: "nobody", patch: { state: "listed" } },
    ]);
    assert.deepEqual(await catalog.points(), [{ ...point, cleared }]);
    assert.equal((await catalog.version()).serial, serial + 1);
    const patch = { state: "listed", purge: null, cleared: undefined } as const;
    await catalog.write([{ kind: "change_point", id: "a", from: "tombstoned", patch }]);
    const { purge: _purge, ...rest } = point;
    assert.deepEqual(await catalog.points(), [{ ...rest, state: "listed", cleared }]);
    await catalog.write([{ kind: "change_point", id: "a", patch: {} }]);
    assert.deepEqual(await catalog.points(), [{ ...rest, state: "listed", cleared }]);
  });

  test(`${name}: changes of points, in any order, leave what patches leave`, async () => {
    const state = fc.constantFrom("pending", "listed", "tombstoned", "purged");
    const instant = fc.nat().map(toInstant);
    const patch: fc.Arbitrary<PointPatch> = fc.record(
      {
        state,
        backupSet: fc.constantFrom("a", "b").map((each) => formatAddress("backup_set", each)),
        server: fc.constantFrom("a", "b").map((each) => formatAddress("server", each)),
        vault: fc.constantFrom("a", "b").map((each) => formatAddress("vault", each)),
        database: fc.string(),
        createdAt: fc.option(instant),
        storedAt: instant,
        bytesRead: fc.maxSafeNat(),
        bytesStored: fc.maxSafeNat(),
        added: plain({ raw: fc.nat(), stored: fc.nat() }),
        cleared: plain({ at: instant, by: fc.string(), reason: fc.constant(null) }),
        purge: fc.option(plain({ apply: fc.string(), at: instant, after: instant })),
        consistency: fc.constantFrom("fuzzy", "transactional"),
        changes: fc.constant(CHANGES),
      },
      { requiredKeys: [], noNullPrototype: true },
    );
    const id = fc.constantFrom("a", "b", "c");
    const from = fc.option(state, { nil: undefined });
    const steps = fc.array(fc.record({ id, from, patch }), { maxLength: 20 });
    const property = fc.asyncProperty(steps, async (changes) => {
      await using catalog = await open();
      const wanted = new Map(
        [samplePoint("a", 1), samplePoint("b", 2)].map((each) => [each.id, each as RecoveryPoint]),
      );
      const points = [...wanted.values()].map((point) => ({ kind: "put_point", point }) as const);
      const changed = changes.map((each) => ({ kind: "change_point", ...each }) as const);
      await catalog.write([...points, ...changed]);
      for (const change of changes) {
        const point = wanted.get(change.id);
        const isMeant = change.from === undefined || change.from === point?.state;
        if (point && isMeant) wanted.set(change.id, patchPoint(point, change.patch));
      }
      assert.deepEqual(await catalog.points(), [...wanted.values()]);
    });
    await fc.assert(property, { numRuns: 25 });
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

  test(`${name}: an apply comes back as written, and as far as it is done`, async () => {
    await using catalog = await open();
    const record = { ...sampleApply("a", 5), worker: sampleWorker() };
    const { serial } = await catalog.write([{ kind: "put_apply", apply: record }]);
    assert.deepEqual(await catalog.apply("a"), record);
    assert.equal(await catalog.apply("b"), undefined);
    const [b, a] = record.changes;
    assert.ok(a && b);
    await catalog.write([
      { kind: "finish_change", apply: "a", address: a.address },
      { kind: "finish_change", apply: "a", address: formatAddress("server", "nobody") },
      { kind: "finish_change", apply: "nobody", address: a.address },
    ]);
    const facts = {
      status: "failed",
      endedAt: toInstant(9),
      points: ["p", "q"],
      noReturnAfter: toInstant(20),
    } as const;
    await catalog.write([
      { kind: "change_apply", id: "a", facts },
      { kind: "change_apply", id: "nobody", facts },
    ]);
    const undo = { apply: "u", at: toInstant(10), by: "me@here" };
    await catalog.write([{ kind: "change_apply", id: "a", facts: { undo } }]);
    const ended = { ...record, ...facts, undo, changes: [b, { ...a, done: true }] };
    assert.deepEqual(await catalog.apply("a"), ended);
    assert.deepEqual(await catalog.applies(), [summaryOf(ended)]);
    assert.equal((await catalog.version()).serial, serial);
    await catalog.write([{ kind: "put_apply", apply: record }]);
    assert.deepEqual(await catalog.apply("a"), record);
  });

  test(`${name}: applies come newest first, as many as asked for`, async () => {
    await using catalog = await open();
    const applies = [sampleApply("a", 1), sampleApply("b", 3), sampleApply("c", 3)];
    await catalog.write(applies.map((apply) => ({ kind: "put_apply", apply })));
    const ids = async (limit?: number) => (await catalog.applies({ limit })).map(({ id }) => id);
    assert.deepEqual(await ids(), ["c", "b", "a"]);
    assert.deepEqual(await ids(2), ["c", "b"]);
  });

  test(`${name}: what servers said is kept by server and moves no serial`, async () => {
    await using catalog = await open();
    const said = (name: string, facts: CatalogObject["attributes"]) => ({
      server: formatAddress("server", name),
      at: toInstant(7),
      facts,
    });
    const [a, b] = [said("a", { databases: [{ name: "shop" }] }), said("b", {})];
    const put = [b, said("a", {}), a].map(
      (observation) => ({ kind: "put_observation", observation }) as const,
    );
    assert.equal((await catalog.write(put)).serial, 0);
    assert.deepEqual(await catalog.observations(), [a, b]);
    await catalog.write([{ kind: "remove_observation", server: a.server }]);
    assert.deepEqual(await catalog.observations(), [b]);
  });

  test(`${name}: the key of plan files is made with the catalog and stays`, async () => {
    await using catalog = await open();
    await using other = await open();
    const key = await catalog.planKey();
    assert.equal(key?.length, 32);
    assert.notDeepEqual(key, await other.planKey());
    await catalog.write([{ kind: "put_object", object: sampleObject("a") }]);
    assert.deepEqual(await catalog.planKey(), key);
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
