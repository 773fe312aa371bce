import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import type { FaultPlan } from "../../../../providers/sandbox/session/faults.ts";
import { RestoreConnection } from "../../../../providers/sqlserver/restore/restore-connection.ts";
import { SESSION_SETTINGS } from "../../../../providers/sqlserver/script/script-tables.ts";
import { openSqlServer } from "../../../../providers/sqlserver/sql-server.ts";
import { checkCutRestore, type KeptDatabase, keepSample } from "../../../support/cut-restore.ts";
import { type CuttingProxy, startCuttingProxy } from "../../../support/cutting-proxy.ts";
import { openProviderServer, type ProviderServer } from "../../../support/sql-server-target.ts";
import { withCode } from "../../../support/with-code.ts";

const PASSING = [10_928, 40_197, 40_501, 40_613, 49_918, 49_919, 49_920] as const;

/** Of the requests of one database: one in each part of a restore, and two in a row. */
const TURNED_AWAY: ReadonlySet<number> = new Set([4, 20, 33, 41, 42, 55, 66, 77]);

/** Its databases are never made. */
const TURNED_AWAY_JOB = "job-turned-away";

/** Each is turned away by another error. */
function throttling(): FaultPlan {
  let asked = 0;
  return ({ database, text }) => {
    if (text.includes("CREATE DATABASE") && text.includes(TURNED_AWAY_JOB)) {
      notMade += 1;
      return 40_613;
    }
    if (database.startsWith("Settled") && text === SESSION_SETTINGS) {
      unsettled += 1;
      return unsettled <= 2 ? 40_613 : undefined;
    }
    if (!database.startsWith("Throttled")) return undefined;
    asked += 1;
    if (!TURNED_AWAY.has(asked)) return undefined;
    turnedAway += 1;
    return PASSING[turnedAway % PASSING.length];
  };
}

let turnedAway = 0;
let notMade = 0;
let unsettled = 0;
let home: ProviderServer;
let proxy: CuttingProxy;
let kept: KeptDatabase;

before(async () => {
  home = await openProviderServer({ faults: throttling() });
  proxy = await startCuttingProxy(home.target.port);
  kept = await keepSample(home);
});

after(async () => {
  await proxy[Symbol.asyncDispose]();
  await home[Symbol.asyncDispose]();
});

test("a restore whose connections break in their middle goes on and is whole", async () => {
  const through = { ...home.target, host: "127.0.0.1", port: proxy.port };
  // The control connection signs in whole; those of the new database break at one place after the other.
  proxy.limits.push(Number.POSITIVE_INFINITY, 14, 30, 45, 60);
  await checkCutRestore({ home, through }, home.name("Cut"), kept);
  assert.ok(proxy.cut >= 3, `${proxy.cut} connections were cut`);
});

test("a restore goes on where the service throttles it or fails over", {
  skip: (process.env["HOLDFAST_TEST_MSSQL"] ?? "") !== "" && "a real server fails when it likes",
}, async () => {
  turnedAway = 0;
  await checkCutRestore({ home, through: home.target }, home.name("Throttled"), kept);
  assert.ok(turnedAway >= 3, `${turnedAway} requests were turned away`);
});

test("no session is left in the database when its settings are turned away", {
  skip: (process.env["HOLDFAST_TEST_MSSQL"] ?? "") !== "" && "a real server fails when it likes",
}, async () => {
  const database = home.name("Settled");
  await home.run("master", `CREATE DATABASE [${database}]`);
  {
    await using connection = new RestoreConnection(home.target, database);
    await connection.run((current) => current.execute("SELECT 1"), {});
  }
  assert.equal(unsettled, 3);
  await home.run("master", `DROP DATABASE [${database}]`);
});

test("a database that another restore of this login made meanwhile is neither filled nor dropped", {
  skip: (process.env["HOLDFAST_TEST_MSSQL"] ?? "") !== "" && "a real server fails when it likes",
}, async () => {
  const database = home.name("Raced");
  await using server = await openSqlServer(home.target);
  const job = TURNED_AWAY_JOB;
  const refused = assert.rejects(
    server.openRestore({ database, job, schema: kept.schema }),
    withCode("DATABASE_EXISTS", database),
  );
  while (notMade === 0) await setTimeout(5);
  const mark = `EXEC [${database}].sys.sp_addextendedproperty @name = N'holdfast.unfinished_restore', @value = N'2026-01-05T12:00:00 job-other'`;
  await home.run("master", `CREATE DATABASE [${database}]; ${mark}`);
  await refused;
  assert.ok((await server.databases()).some(({ name }) => name === database));
});
