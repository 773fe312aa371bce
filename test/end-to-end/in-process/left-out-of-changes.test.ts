import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { DONE, objectsOf, openShop, outcomeOf } from "../../support/capture-story.ts";
import { type CaptureServer, startCaptureServer } from "../../support/capture-world.ts";

let server: CaptureServer;

before(async () => {
  server = await startCaptureServer();
});
after(() => server[Symbol.asyncDispose]());

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
