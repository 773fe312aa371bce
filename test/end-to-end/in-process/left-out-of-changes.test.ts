import assert from "node:assert/strict";
import { test } from "node:test";
import { formatExplanation } from "../../../cmd/views/explanation-text.ts";
import { formatJob } from "../../../cmd/views/jobs-text.ts";
import { formatPoints } from "../../../cmd/views/points-text.ts";
import { explain } from "../../../core/operations/explain.ts";
import { showJob } from "../../../core/operations/jobs.ts";
import { listPoints } from "../../../core/operations/list-points.ts";
import { makePlan } from "../../../core/operations/make-plan.ts";
import { rebuildCatalog } from "../../../core/operations/rebuild-catalog.ts";
import { previewRestore } from "../../../core/operations/restore.ts";
import { DEFAULT_PLAN_OPTIONS } from "../../../core/plan/build-plan.ts";
import { pointsOutput } from "../../../schemas/outputs/point-output.ts";
import { DONE, newestOf, objectsOf, openShop, outcomeOf } from "../../support/capture-story.ts";
import { serveTests } from "../../support/capture-tests.ts";
import type { CaptureServer } from "../../support/capture-world.ts";

let server: CaptureServer;

serveTests((started) => {
  server = started;
});

test("A-53 A-48 A-49 A-50 [end to end] a database that is down is told of by the full and the next backup of changes, and left out until a full has it", async () => {
  for (const name of ["up", "down"]) await server.database(name);
  const world = await server.world({ include: ["up", "down"] });
  const pointsOfDown = async () =>
    (await world.catalog.points()).filter(({ database }) => database === "down").length;
  const saved = ["backed_up", null];
  await world.run("full");
  await server.sql("master", "ALTER DATABASE [down] SET OFFLINE WITH ROLLBACK IMMEDIATE");
  const [full, first, second] = [await world.run("full"), await world.run(), await world.run()];
  assert.deepEqual([full, first, second].map(outcomeOf), [
    ["successful_with_errors", ["down", "DATABASE_NOT_READY"], saved],
    ["successful_with_errors", ["down", "DATABASES_SKIPPED_OR_DOWN"], saved],
    ["successful", ["skipped", "DATABASE_LEFT_OUT"], saved],
  ]);
  assert.match(first.databases[0]?.message ?? "", /^DBs skipped or down/);
  const shown = await Promise.all([full, first].map(({ id }) => showJob(id, world.ports)));
  assert.deepEqual(
    shown.map(({ left_out: left }) => left),
    [[{ database: "down", standing: "missed" }], [{ database: "down", standing: "left_out" }]],
  );
  const text = shown.map((job) => formatJob(job)).join("");
  assert.match(text, /Left out {3}down \(not told yet\) until[^]+Left out {3}down until a full/);
  const listing = await listPoints({}, world.ports);
  assert.deepEqual(listing.left_out, [
    { backup_set: "backup_set.orders", database: "down", standing: "left_out" },
  ]);
  assert.equal(pointsOutput.safeParse(listing).success, true);
  assert.match(
    formatPoints(listing),
    / {2}down\n\n {4}holdfast backup backup_set\.orders -type full/,
  );
  const told = async () => {
    const { warnings } = await makePlan(
      { options: DEFAULT_PLAN_OPTIONS, variables: [] },
      world.ports,
    );
    const left = warnings.filter(({ code }) => code === "DATABASE_LEFT_OUT");
    return left.map(({ detail }) => detail);
  };
  const [warning, ...others] = await told();
  assert.deepEqual(others, []);
  assert.match(warning ?? "", /^\[down\] of backup_set\.orders was down [^]+ -type full$/);
  await server.sql("master", "ALTER DATABASE [down] SET ONLINE");
  assert.deepEqual(outcomeOf(await world.run()), [
    "successful",
    ["skipped", "DATABASE_LEFT_OUT"],
    saved,
  ]);
  assert.equal(await pointsOfDown(), 1);
  assert.deepEqual(outcomeOf(await world.run("full")), ["successful", saved, saved]);
  assert.deepEqual(outcomeOf(await world.run()), ["successful", saved, saved]);
  assert.equal(await pointsOfDown(), 3);
  assert.deepEqual(await told(), []);
  assert.equal((await listPoints({}, world.ports)).left_out, undefined);
});

test("A-40 [end to end] history tables have no changes of their own", async () => {
  const { name, world } = await openShop(server);
  await server.sql(
    name,
    `CREATE TABLE dbo.Price (id int NOT NULL PRIMARY KEY, amount int,
  since datetime2 GENERATED ALWAYS AS ROW START NOT NULL, till datetime2 GENERATED ALWAYS AS ROW END NOT NULL,
  PERIOD FOR SYSTEM_TIME (since, till)) WITH (SYSTEM_VERSIONING = ON (HISTORY_TABLE = dbo.PriceHistory))
GO
INSERT INTO dbo.Price (id, amount) VALUES (1, 1)`,
  );
  assert.deepEqual(outcomeOf(await world.run()), DONE);
  const full = (await objectsOf(world)).objects.map(({ path }) => path);
  assert.ok(full.includes("rows/dbo.PriceHistory") && full.includes("rows/dbo.Price"));
  await server.sql(name, "UPDATE dbo.Price SET amount = 2");
  assert.deepEqual(outcomeOf(await world.run()), DONE);
  const { objects } = await objectsOf(world);
  assert.deepEqual(
    objects.map(({ path }) => path),
    ["schema", "changes/dbo.Price", "commits"],
  );
});

test("what a backup noted of a point is kept with it in catalog and vault, and shown by points, explain, jobs and before a restore", async () => {
  const { name, world } = await openShop(server);
  await server.sql(
    name,
    "CREATE TABLE dbo.Stamped (id int NOT NULL PRIMARY KEY, stamp rowversion)",
  );
  const job = await world.run("full");
  const point = await newestOf(world);
  const noted = point.notes ?? [];
  assert.equal(noted.length, 1);
  assert.match(noted[0] ?? "", /^Not part of the backup: .*dbo\.Stamped/);
  const { recovery_points: rows } = await listPoints({}, world.ports);
  assert.deepEqual(rows[0]?.notes, noted);
  const explanation = await explain({ subject: point.id }, world.ports);
  assert.match(formatExplanation(explanation), /Noted when it was made:\n {2}Not part/);
  assert.match(formatJob(await showJob(job.id, world.ports)), /as [0-9a-f]{32}\n {2}Not part/);
  const preview = await previewRestore({ point: point.id, to: "orders", as: "New" }, world.ports);
  const told = preview.shortfalls.flatMap(({ kind, text }) => (kind === "backup_note" ? text : []));
  assert.deepEqual(told, [`Noted when it was backed up: ${noted[0]}`]);
  await world.catalog.write([{ kind: "remove_point", id: point.id }]);
  await rebuildCatalog({ dryRun: false, variables: [], listPurged: false }, world.ports);
  assert.deepEqual((await newestOf(world)).notes, noted);
});
