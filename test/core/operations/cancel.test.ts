import assert from "node:assert/strict";
import { test } from "node:test";
import type { Catalog } from "../../../core/catalog/catalog.ts";
import { backUp } from "../../../core/operations/backup.ts";
import { cancelJob } from "../../../core/operations/jobs.ts";
import { restorePoint } from "../../../core/operations/restore.ts";
import { createAppliedWorld } from "../../support/applied-world.ts";
import { withCode } from "../../support/with-code.ts";

const NOW = { backupSet: "orders", trigger: "manual" } as const;

async function runningJob(catalog: Catalog): Promise<string> {
  const job = (await catalog.jobs()).find(({ status }) => status === "running");
  assert.ok(job);
  return job.id;
}

test("a backup that is asked to stop between two databases keeps the point of the first and ends as cancelled", async () => {
  const world = await createAppliedWorld();
  world.alive = true;
  let asked: Promise<unknown> | undefined;
  world.server.beforeRead = (database) => {
    if (database === "db1")
      asked ??= runningJob(world.catalog).then((id) => cancelJob(id, world.ports));
  };
  const job = await backUp(NOW, world.ports);
  await asked;
  assert.equal(job.status, "cancelled");
  assert.ok((await world.catalog.points()).length < 2);
  const [recorded] = await world.catalog.jobs();
  assert.deepEqual([recorded?.status, recorded?.cancelRequested], ["cancelled", true]);
});

test("a cancelled backup says so once", async () => {
  const world = await createAppliedWorld();
  world.server.beforeRead = () => world.cancel();
  await backUp(NOW, world.ports);
  const told = world.events.filter(
    (event) => event.type === "diagnostic" && event.diagnostic.code === "JOB_CANCELLED",
  );
  assert.equal(told.length, 1);
});

test("a restore that is asked to stop ends as cancelled and leaves no database", async () => {
  const world = await createAppliedWorld();
  await backUp(NOW, world.ports);
  world.alive = true;
  const [point] = await world.catalog.points();
  world.server.beforeLoad = async () => {
    await cancelJob(await runningJob(world.catalog), world.ports);
    world.time += 1000;
  };
  const { job } = await restorePoint(
    { point: point?.id ?? "", to: "orders", as: "copy" },
    world.ports,
  );
  assert.equal(job.status, "cancelled");
  assert.equal(world.server.contents.has("copy"), false);
});

test("a job whose process is gone cannot be cancelled, and its record stays as it was", async () => {
  const world = await createAppliedWorld();
  const done = await backUp(NOW, world.ports);
  const left = { ...done, status: "running", finishedAt: null } as const;
  await world.catalog.write([{ kind: "put_job", job: left }]);
  await assert.rejects(cancelJob(done.id, world.ports), withCode("JOB_NOT_RUNNING", "interrupted"));
  assert.deepEqual(await world.catalog.job(done.id), left);
});

test("a job that ends while it is being cancelled stays ended", async () => {
  const world = await createAppliedWorld();
  world.alive = true;
  const done = await backUp(NOW, world.ports);
  await world.catalog.write([{ kind: "put_job", job: { ...done, status: "running" } }]);
  const racing = new Proxy(world.catalog, {
    get(target, key) {
      if (key !== "write") return Reflect.get(target, key, target);
      return async (changes: Parameters<Catalog["write"]>[0]) => {
        await target.write([{ kind: "put_job", job: done }]);
        return target.write(changes);
      };
    },
  });
  const catalogs = { ...world.ports.catalogs, open: () => Promise.resolve(racing) };
  await assert.rejects(
    cancelJob(done.id, { ...world.ports, catalogs }),
    withCode("JOB_NOT_RUNNING", "successful"),
  );
  assert.deepEqual(await world.catalog.job(done.id), done);
});
