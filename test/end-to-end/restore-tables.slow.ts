import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type RestoreCommand, restorePoint } from "../../core/operations/restore.ts";
import type { TransientNumber } from "../../providers/sandbox/session/faults.ts";
import {
  type CaptureServer,
  type CaptureWorld,
  startCaptureServer,
} from "../support/capture-world.ts";
import { killRestore } from "../support/mortal-restore.ts";

const SCHEMA = `CREATE TABLE dbo.Item (id int IDENTITY(5, 5) NOT NULL CONSTRAINT PK_Item PRIMARY KEY, name nvarchar(max) NULL, amount int NOT NULL CONSTRAINT DF_Amount DEFAULT 1 CONSTRAINT CK_Amount CHECK (amount > 0), INDEX IX_Item (amount))
GO
CREATE TABLE dbo.Part (id int NOT NULL CONSTRAINT PK_Part PRIMARY KEY, item int NOT NULL CONSTRAINT FK_Part REFERENCES dbo.Item (id))
GO
CREATE TABLE dbo.Price (id int NOT NULL CONSTRAINT PK_Price PRIMARY KEY, amount int NOT NULL, since datetime2 GENERATED ALWAYS AS ROW START NOT NULL, until datetime2 GENERATED ALWAYS AS ROW END NOT NULL, PERIOD FOR SYSTEM_TIME (since, until)) WITH (SYSTEM_VERSIONING = ON (HISTORY_TABLE = dbo.PriceHistory))
GO
INSERT dbo.Item (name, amount) VALUES (N'rope', 1), (REPLICATE(CONVERT(nvarchar(max), N'sail'), 3000), 2)
GO
INSERT dbo.Part VALUES (1, 5), (2, 10)
GO
INSERT dbo.Price (id, amount) VALUES (1, 10)
GO
UPDATE dbo.Price SET amount = 11`;

const TABLES = ["dbo.Item", "dbo.Part", "dbo.Price*"];
const NUMBERS: readonly TransientNumber[] = [40_197, 40_501, 49_918, 10_928];
const ROWS = [
  "SELECT id, name, amount FROM dbo.Item ORDER BY id",
  "SELECT id, item FROM dbo.Part ORDER BY id",
  "SELECT id, amount FROM dbo.Price",
  "SELECT id, amount FROM dbo.PriceHistory",
];

const stack = new AsyncDisposableStack();
let server: CaptureServer;
let world: CaptureWorld;
let intoBack: RestoreCommand;
let asNew: RestoreCommand;
let wanted: string;

async function rowsOf(database: string, schema = "dbo"): Promise<string> {
  const answers = [];
  for (const query of ROWS) {
    answers.push(await server.rows(database, query.replace("dbo.", `${schema}.`)));
  }
  return JSON.stringify(answers);
}

/** Everything of Shop that is not in the schema `back`: objects with their ids, schemas, rows. */
async function standing(): Promise<string> {
  const objects = await server.rows(
    "Shop",
    "SELECT s.name, o.name, o.object_id FROM sys.objects AS o JOIN sys.schemas AS s ON s.schema_id = o.schema_id WHERE o.is_ms_shipped = 0 AND s.name <> 'back' ORDER BY o.object_id",
  );
  const schemas = await server.rows("Shop", "SELECT name FROM sys.schemas WHERE name <> 'back'");
  return JSON.stringify([objects, schemas, await rowsOf("Shop")]);
}

async function dropBack(): Promise<void> {
  await server.sql(
    "Shop",
    "ALTER TABLE back.Price SET (SYSTEM_VERSIONING = OFF)\nGO\nDROP TABLE back.Part, back.Item, back.Price, back.PriceHistory\nGO\nDROP SCHEMA back",
  );
}

async function backIsThere(): Promise<boolean> {
  const [[id] = []] = await server.rows("Shop", "SELECT SCHEMA_ID(N'back')");
  return id !== null;
}

before(async () => {
  server = stack.use(await startCaptureServer());
  await server.database("Shop");
  await server.sql("Shop", SCHEMA);
  world = await server.world({ include: ["Shop"], method: "snapshot" });
  const { databases } = await world.run("full");
  const point = databases[0]?.point ?? "";
  intoBack = { point, to: "orders", as: "Shop", into: "back", tables: TABLES };
  asNew = { point, to: "orders", as: "Copy" };
  wanted = await rowsOf("Shop");
});
after(() => stack.disposeAsync());

test("wherever a restore into a schema is killed, the database has all tables or none, and the next restore leaves nothing else", async () => {
  const usual = await standing();
  let statement = 1;
  for (; ; statement += 1) {
    const died = await killRestore({ server, world }, intoBack, statement);
    if (await backIsThere()) {
      assert.equal(await rowsOf("Shop", "back"), wanted, `killed at ${statement}`);
      await dropBack();
    }
    if (!died) break;
    const { job } = await restorePoint(intoBack, world.ports);
    assert.equal(job.status, "successful", `${statement}: ${JSON.stringify(job.databases)}`);
    assert.equal(await rowsOf("Shop", "back"), wanted);
    await dropBack();
    assert.equal(await standing(), usual, `killed at ${statement}`);
  }
  assert.ok(statement > 60, `${statement} statements`);
});

test("wherever a restore as a new database is killed, the same restore again ends well", async () => {
  let statement = 1;
  for (; await killRestore({ server, world }, asNew, statement); statement += 1) {
    const { job } = await restorePoint(asNew, world.ports);
    const isWhole = job.databases[0]?.code === "DATABASE_EXISTS";
    assert.ok(isWhole || job.status === "successful", `${statement}: ${JSON.stringify(job)}`);
    assert.equal(await rowsOf("Copy"), wanted, `killed at ${statement}`);
    await server.sql("master", "DROP DATABASE Copy");
  }
  assert.ok(statement > 60, `${statement} statements`);
});

test("a restore into a schema goes on wherever the service throttles it or fails over", async () => {
  const usual = await standing();
  for (let request = 1; ; request += 1) {
    let seen = 0;
    server.wire.faults = ({ database }) => {
      if (database !== "Shop") return undefined;
      seen += 1;
      return seen === request ? NUMBERS[request % NUMBERS.length] : undefined;
    };
    const { job } = await restorePoint(intoBack, world.ports);
    server.wire.faults = () => undefined;
    assert.equal(job.status, "successful", `${request}: ${JSON.stringify(job.databases)}`);
    assert.equal(await rowsOf("Shop", "back"), wanted);
    await dropBack();
    assert.equal(await standing(), usual, `turned away at ${request}`);
    if (seen < request) break;
  }
});

test("a restore into a schema goes on wherever its connection breaks", async () => {
  const usual = await standing();
  let cuts = 0;
  for (let packets = 6; packets < 200; packets += 1) {
    // The control connection, and the one that asks for obstacles, stay.
    server.wire.cuts.push(1e6, 1e6, 1e6, packets);
    const { job } = await restorePoint(intoBack, world.ports);
    const isLeft = server.wire.cuts.splice(0).length > 0;
    assert.equal(job.status, "successful", `${packets}: ${JSON.stringify(job.databases)}`);
    assert.equal(await rowsOf("Shop", "back"), wanted);
    await dropBack();
    assert.equal(await standing(), usual, `cut after ${packets}`);
    if (isLeft) break;
    cuts += 1;
  }
  assert.ok(cuts > 20, `${cuts} places`);
});

test("a restore into a schema that is cancelled at any statement leaves nothing behind", async () => {
  const usual = await standing();
  for (let statement = 1; ; statement += 5) {
    const controller = new AbortController();
    let seen = 0;
    server.wire.before = () => {
      seen += 1;
      if (seen === statement) controller.abort();
      return Promise.resolve();
    };
    const outcome = restorePoint(intoBack, { ...world.ports, signal: controller.signal });
    const status = await outcome.then(
      ({ job }) => job.status,
      () => "cancelled",
    );
    server.wire.before = () => Promise.resolve();
    const isThere = await backIsThere();
    if (isThere) await dropBack();
    assert.equal(await standing(), usual, `cancelled at ${statement}`);
    assert.ok(isThere || status === "cancelled", `${statement}: ${status}`);
    if (seen < statement) break;
  }
});

test("what was backed up while a restore was making it comes back whole, and is never taken for what a restore left", async () => {
  await killRestore({ server, world }, { ...asNew, as: "Half" }, 60);
  const all = await server.world({ include: ["Half"], method: "snapshot" });
  const half = (await all.run("full")).databases[0]?.point ?? "";
  const command = { point: half, to: "orders", as: "Of_half" };
  assert.equal((await restorePoint(command, all.ports)).job.status, "successful");
  const again = await restorePoint(command, all.ports);
  assert.equal(again.job.databases[0]?.code, "DATABASE_EXISTS");
  assert.match(again.job.databases[0].message ?? "", /a restore never writes into one/);
});
