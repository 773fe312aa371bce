import { after, before, test } from "node:test";
import fc from "fast-check";
import { openConnection } from "../../../../providers/sqlserver/connection/open-connection.ts";
import type { TdsConnection } from "../../../../providers/sqlserver/connection/tds-connection.ts";
import { movingRows } from "../../../support/moving-rows.ts";
import { checkReplay } from "../../../support/replay-check.ts";
import { replayCases } from "../../../support/replay-model.ts";
import { openProviderServer, type ProviderServer } from "../../../support/sql-server-target.ts";

let home: ProviderServer;
let database: string;
let connection: TdsConnection;

before(async () => {
  home = await openProviderServer();
  database = home.name("Model");
  await home.run("master", `CREATE DATABASE [${database}]`);
  connection = await openConnection(home.target, { database });
});

after(async () => {
  await connection[Symbol.asyncDispose]();
  await home[Symbol.asyncDispose]();
});

test("300 random histories upon what a scan read during them give the state of each commit after the scan", async () => {
  await fc.assert(
    fc.asyncProperty(replayCases, fc.nat(11), async (drawn, extra) => {
      const last = drawn.states.length - 1;
      const upTo = drawn.scanned + (extra % (last - drawn.scanned + 1));
      await checkReplay(connection, drawn, upTo);
    }),
    { numRuns: 300 },
  );
});

test("300 random works of statements that move keys, told in any order, give the state of each commit after the scan", async () => {
  await fc.assert(
    fc.asyncProperty(movingRows, fc.nat(7), async (drawn, extra) => {
      const last = drawn.states.length - 1;
      await checkReplay(connection, drawn, drawn.scanned + (extra % (last - drawn.scanned + 1)));
    }),
    { numRuns: 300 },
  );
});
