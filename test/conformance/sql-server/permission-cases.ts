import assert from "node:assert/strict";
import { quoteName } from "../../../providers/sqlserver/names.ts";
import { openSqlServer } from "../../../providers/sqlserver/sql-server.ts";
import type { ConformanceCase } from "./conformance-case.ts";

const PASSWORD = "Not-a-secret-1";

const MISSING: ConformanceCase = {
  title: "a login is told what it lacks for a backup, what is printed grants it, and then it reads",
  needs: ["snapshot_isolation", "logins"],
  run: async (conforming) => {
    const { home } = conforming;
    const source = await conforming.make(
      "Rights",
      "CREATE TABLE dbo.A (id int NOT NULL PRIMARY KEY)",
      "INSERT dbo.A VALUES (1)",
    );
    const login = await conforming.login("reader", PASSWORD);
    const user = `CREATE USER ${quoteName(login)} FOR LOGIN ${quoteName(login)}`;
    await home.run(source, user);
    if (await conforming.isAzureSql()) await home.run("master", user);
    await using server = await openSqlServer(home.as(login, PASSWORD));
    const need = { database: source };
    const missing = await server.missingPermissions("backup", need);
    const lacked = missing.map(({ permission }) => permission);
    assert.deepEqual(lacked, ["SELECT", "VIEW DEFINITION"]);
    for (const { remedy } of missing) await home.run(source, remedy);
    assert.deepEqual(await server.missingPermissions("backup", need), []);
    await using capture = await server.openCapture(source);
    const [table] = capture.tables;
    assert.ok(table);
    let rows = 0;
    for await (const slice of (await capture.rows(table)).slices) rows += slice.rowEnds.length;
    assert.equal(rows, 1);
    const [restore] = await server.missingPermissions("restore", {});
    assert.match(restore?.permission ?? "", /^(?:CREATE ANY DATABASE|dbmanager)$/);
    return [];
  },
};

export const PERMISSION_CASES = [MISSING];
