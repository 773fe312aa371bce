import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { formatPlan } from "../../../cmd/views/plan-text.ts";
import { listPoints } from "../../../core/operations/list-points.ts";
import { makePlan } from "../../../core/operations/make-plan.ts";
import { previewRestore, restorePoint } from "../../../core/operations/restore.ts";
import { DEFAULT_PLAN_OPTIONS } from "../../../core/plan/build-plan.ts";
import { objectsOf } from "../../support/capture-story.ts";
import {
  type CaptureServer,
  type CaptureWorld,
  startCaptureServer,
} from "../../support/capture-world.ts";
import { createWorld } from "../../support/memory-ports.ts";
import { withCode } from "../../support/with-code.ts";

const SCHEMA = `CREATE TABLE dbo.Note (id int IDENTITY(1, 1) NOT NULL PRIMARY KEY, title varchar(20) COLLATE Latin1_General_CI_AS NOT NULL, body nvarchar(max) NULL, account int NOT NULL CONSTRAINT FK_Note REFERENCES dbo.Account (id))
GO
CREATE UNIQUE INDEX IX_Title ON dbo.Note (title)
GO
CREATE TABLE dbo.Visit (who int NOT NULL, at int NOT NULL)
GO
CREATE TABLE dbo.Price (id int NOT NULL PRIMARY KEY, amount int NOT NULL, since datetime2 GENERATED ALWAYS AS ROW START NOT NULL, until datetime2 GENERATED ALWAYS AS ROW END NOT NULL, PERIOD FOR SYSTEM_TIME (since, until)) WITH (SYSTEM_VERSIONING = ON (HISTORY_TABLE = dbo.PriceHistory))
GO
CREATE TRIGGER dbo.Loud ON dbo.Note AFTER INSERT AS INSERT dbo.Visit VALUES (0, 0)
GO
INSERT dbo.Note (title, body, account) VALUES ('one', REPLICATE(CONVERT(nvarchar(max), N'1'), 9000), 1), ('two', N'2', 2)
GO
INSERT dbo.Price (id, amount) VALUES (1, 10)
GO
UPDATE dbo.Price SET amount = 11`;

const EVERYTHING = [
  "SELECT id, amount, twice FROM dbo.Account ORDER BY id",
  "SELECT id, title, body, account FROM dbo.Note ORDER BY id",
  "SELECT who, at FROM dbo.Visit ORDER BY who, at",
  "SELECT id, amount FROM dbo.Price ORDER BY id",
];

const stack = new AsyncDisposableStack();
let server: CaptureServer;
let world: CaptureWorld;
/** What the source was at moments of the server. */
const states: { readonly at: number; readonly point: string; readonly state: string }[] = [];

async function stateOf(database: string): Promise<string> {
  const tables = [];
  for (const query of EVERYTHING) tables.push(await server.rows(database, query));
  return JSON.stringify(tables, (_, value: unknown) =>
    typeof value === "bigint" ? String(value) : value,
  );
}

async function change(...scripts: readonly string[]): Promise<void> {
  for (const script of scripts) {
    server.pass(1000);
    await server.sql("Bank", script);
    // The server writes the moments of commits in steps of a three-hundredth of a second.
    server.pass(10);
    states.push({ at: world.time, point: "", state: await stateOf("Bank") });
    server.pass(1000);
  }
}

async function backUp(type: "full" | "cdc"): Promise<string> {
  const job = await world.run(type);
  assert.equal(job.status, "successful", JSON.stringify(job.databases));
  const point = job.databases[0]?.point ?? "";
  states.push({ at: world.time, point, state: await stateOf("Bank") });
  return point;
}

let full: string;
let newest: string;

before(async () => {
  server = stack.use(await startCaptureServer());
  await server.database("Bank");
  await server.sql("Bank", SCHEMA);
  world = await server.world({ include: ["Bank"] });
  full = await backUp("full");
  await change(
    "UPDATE dbo.Account SET amount = amount + 1 WHERE id < 3",
    "INSERT dbo.Note (title, body, account) VALUES ('three', N'3', 3); UPDATE dbo.Note SET title = 'ONE' WHERE id = 1",
  );
  await backUp("cdc");
  await change(
    "UPDATE dbo.Account SET id = 9 WHERE id = 5; DELETE dbo.Note WHERE id = 2",
    "UPDATE dbo.Note SET body = N'new' WHERE id = 3; INSERT dbo.Visit VALUES (7, 7)",
    "UPDATE dbo.Price SET amount = 12; INSERT dbo.Price (id, amount) VALUES (2, 20)",
  );
  await server.sql("Bank", "CREATE SCHEMA later");
  newest = await backUp("cdc");
});
after(() => stack.disposeAsync());

/** By the name of the database. */
const restored = new Map<string, Awaited<ReturnType<typeof restorePoint>>>();

async function restore(as: string, wish: Partial<Parameters<typeof restorePoint>[0]>) {
  const outcome = await restorePoint({ ...wish, to: "orders", as }, world.ports);
  assert.equal(outcome.job.status, "successful", JSON.stringify(outcome.job.databases));
  restored.set(as, outcome);
  return outcome;
}

test("every point of a chain of changes comes back as the database was then", async () => {
  const points = states.filter(({ point }) => point !== "" && point !== full);
  assert.equal(points.length, 2);
  for (const [number, { point, state }] of points.entries()) {
    await restore(`Point${number}`, { point });
    assert.equal(await stateOf(`Point${number}`), state);
  }
});

test("a schema that holds nothing makes no full, and comes back with the points that have it", async () => {
  const types = (await world.catalog.points()).map(({ type }) => type);
  assert.deepEqual(types, ["full", "cdc", "cdc"]);
  const has = (name: string) => server.rows(name, "SELECT COUNT(SCHEMA_ID('later'))");
  assert.deepEqual([await has("Point0"), await has("Point1")], [[[0]], [[1]]]);
});

test("every moment between comes back as the database was then, but for tables without a key", async () => {
  // Each is proven alike: every other one is enough here.
  const moments = states.filter(({ point }) => point === "").filter((_, at) => at % 2 === 0);
  for (const [number, { at, state }] of moments.entries()) {
    const name = `Moment${number}`;
    const { shortfalls } = await restore(name, { at: new Date(at).toISOString() });
    const isTold = shortfalls.some(({ kind }) => kind === "keyless_tables");
    const [account, note, visit, price] = JSON.parse(await stateOf(name)) as unknown[];
    const wanted = JSON.parse(state) as unknown[];
    assert.deepEqual([account, note, price], [wanted[0], wanted[1], wanted[3]], name);
    assert.ok(isTold || JSON.stringify(visit) === JSON.stringify(wanted[2]), name);
  }
});

test("an identity goes on behind the highest value that a change brought", async () => {
  const next = "INSERT dbo.Note (title, body, account) VALUES ('next', NULL, 1)";
  await server.sql("Point1", next);
  assert.deepEqual(await server.rows("Point1", "SELECT id FROM dbo.Note WHERE title = 'next'"), [
    [4],
  ]);
});

test("a moment that nothing reaches is refused with the nearest ones, and points say the same of it", async () => {
  const early = new Date(Date.parse("2026-01-01T00:00:00Z")).toISOString();
  await assert.rejects(
    restorePoint({ at: early, to: "orders", as: "Early" }, world.ports),
    withCode("RESTORE_NO_WAY", "nearest", "(after)"),
  );
  const { coverage } = await listPoints({}, world.ports);
  for (const { from, to } of coverage) {
    const middle = new Date((Date.parse(from) + Date.parse(to)) / 2).toISOString();
    for (const at of [from, middle, to]) {
      if (from === to) continue;
      await previewRestore({ at, to: "orders", as: "Covered" }, world.ports);
    }
  }
  assert.ok(coverage.some(({ from, to }) => Date.parse(to) - Date.parse(from) > 5000));
});

test("A-58 [end to end] where only points may be restored, a moment without one is refused", async () => {
  const [moment] = states.filter(({ point }) => point === "");
  const at = new Date(moment?.at ?? 0).toISOString();
  const choice = { at, to: "orders", as: "Seed", granularity: "point" } as const;
  await assert.rejects(
    restorePoint(choice, world.ports),
    withCode("RESTORE_NO_WAY", "No recovery point of Bank reaches"),
  );
  assert.deepEqual(
    await server.rows("master", "SELECT name FROM sys.databases WHERE name = N'Seed'"),
    [],
  );
});

test("a full of changes alone is told to be fuzzy before and after its restore", async () => {
  const command = { point: full, to: "orders", as: "Fuzzy" };
  const kinds = (shortfalls: readonly { readonly kind: string }[]) =>
    shortfalls.map(({ kind }) => kind);
  const preview = await previewRestore(command, world.ports);
  assert.ok(kinds(preview.shortfalls).includes("fuzzy"));
  assert.ok(kinds((await restore("Fuzzy", { point: full })).shortfalls).includes("fuzzy"));
});

test("A-41 [end to end] a temporal table comes back as it was, its history as of the last full, and the gap is told", async () => {
  const { shortfalls } = restored.get("Point1") ?? (await restore("Point1", { point: newest }));
  const current = "SELECT id, amount FROM dbo.Price ORDER BY id";
  const history = "SELECT id, amount FROM dbo.PriceHistory ORDER BY id, amount";
  assert.deepEqual(await server.rows("Point1", current), await server.rows("Bank", current));
  assert.deepEqual(await server.rows("Point1", history), [[1, 10]]);
  assert.equal((await server.rows("Bank", history)).length, 2);
  const gap = shortfalls.find(({ kind }) => kind === "temporal_history");
  assert.match(gap?.text ?? "", /dbo\.PriceHistory/);
  assert.match(gap?.text ?? "", /2026-01-05T12:01.*2026-01-05T12:0/);
});

test("chosen tables come back with their keys, indexes and changes, and what they leave out is told", async () => {
  const tables = ["dbo.No*", "dbo.Price"];
  const { shortfalls } = await restore("Some", { point: newest, tables });
  const names =
    "SELECT name FROM sys.objects WHERE type IN ('U', 'F', 'TR', 'PK') ORDER BY type, name";
  const found = (await server.rows("Some", names)).flat();
  assert.deepEqual(found.slice(-2), ["Note", "Price"]);
  assert.equal(found.length, 4, String(found));
  for (const query of [EVERYTHING[1] ?? "", EVERYTHING[3] ?? ""]) {
    assert.deepEqual(await server.rows("Some", query), await server.rows("Bank", query));
  }
  const index = "SELECT name FROM sys.indexes WHERE name = N'IX_Title'";
  assert.equal((await server.rows("Some", index)).length, 1);
  const told = shortfalls.map(({ text }) => text).join("\n");
  assert.match(told, /dbo\.Note\.FK_Note to dbo\.Account/);
  assert.match(told, /plain tables: dbo\.Price/);
  await assert.rejects(
    previewRestore({ point: full, to: "orders", as: "None", tables: ["dbo.X*"] }, world.ports),
    withCode("RESTORE_TABLE_UNKNOWN", "dbo.X*", "dbo.Account"),
  );
});

test("tables come back as of a moment beside the live ones, and what that means for the capture of these is told", async () => {
  const [moment] = states.filter(({ point, state }) => point === "" && state.includes("three"));
  const at = new Date(moment?.at ?? 0).toISOString();
  const command = {
    at,
    to: "orders",
    as: "Bank",
    tables: ["dbo.Account", "dbo.Note"],
    into: "old",
  };
  const before = await stateOf("Bank");
  const { shortfalls } = await previewRestore(command, world.ports);
  const outcome = await restorePoint(command, world.ports);
  assert.equal(outcome.job.status, "successful", JSON.stringify(outcome.job.databases));
  assert.deepEqual(outcome.shortfalls, shortfalls);
  assert.deepEqual(
    shortfalls.map(({ kind }) => kind),
    ["change_capture", "triggers"],
  );
  assert.equal(await stateOf("Bank"), before);
  const [account, note] = JSON.parse(moment?.state ?? "[]") as unknown[];
  const there = EVERYTHING.map((query) => query.replace("dbo.", "old."));
  assert.deepEqual(await server.rows("Bank", there[0] ?? ""), account);
  assert.deepEqual(await server.rows("Bank", there[1] ?? ""), note);
  const keys = "SELECT name FROM sys.foreign_keys WHERE schema_id = SCHEMA_ID(N'old')";
  assert.deepEqual(await server.rows("Bank", keys), [["FK_Note"]]);
});

test("A-33 A-37 [end to end] what belongs to the server, and encryption, do not come back, and that is told in the plan, the manifest, before and after", async () => {
  const kinds = ["agent_jobs", "logins", "linked_servers", "system_databases", "encryption"];
  const command = { point: full, to: "orders", as: "Told" };
  const names = "SQL Agent jobs, server logins, linked servers, system databases";
  const { plan } = await makePlan(
    { options: DEFAULT_PLAN_OPTIONS, variables: [] },
    createWorld().ports,
  );
  assert.equal(formatPlan(plan).split(names).length, 2, "once");
  await server.sql("master", "CREATE LOGIN somebody WITH PASSWORD = N'Aa1!not-a-secret'");
  const principals = "SELECT name FROM sys.server_principals ORDER BY name";
  const logins = await server.rows("master", principals);
  const preview = await previewRestore(command, world.ports);
  const { shortfalls } = restored.get("Fuzzy") ?? (await restore("Fuzzy", { point: full }));
  for (const kind of kinds) {
    assert.equal(preview.shortfalls.filter((each) => each.kind === kind).length, 1, kind);
    assert.equal(shortfalls.filter((each) => each.kind === kind).length, 1, kind);
  }
  const { objects } = await objectsOf(world);
  const schema = objects.find(({ path }) => path === "schema");
  assert.equal(schema?.attributes["excluded"], kinds.slice(0, 4).join(" "));
  assert.deepEqual(await server.rows("master", principals), logins);
  const encrypted = "SELECT is_encrypted FROM sys.databases WHERE name = N'Fuzzy'";
  assert.deepEqual(await server.rows("master", encrypted), [[0]]);
});
