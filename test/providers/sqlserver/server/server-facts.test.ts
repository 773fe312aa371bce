import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { DatabaseFacts } from "../../../../core/resource/database-server.ts";
import { openSqlServer } from "../../../../providers/sqlserver/sql-server.ts";
import { openProviderServer, type ProviderServer } from "../../../support/sql-server-target.ts";

const PASSWORD = "Not-a-secret-1";
let home: ProviderServer;

before(async () => {
  home = await openProviderServer();
});

after(async () => {
  await home[Symbol.asyncDispose]();
});

async function factsOf(name: string, username = home.target.username): Promise<DatabaseFacts> {
  const password = () => Promise.resolve(PASSWORD);
  const isOwn = username === home.target.username;
  await using server = await openSqlServer(
    isOwn ? home.target : { ...home.target, username, password },
  );
  const found = (await server.databases()).find((each) => each.name === name);
  assert.ok(found !== undefined, name);
  return found;
}

test("a database keeps its id and its family when it is renamed", async () => {
  const [name, other] = [home.name("Before"), home.name("After")];
  await home.run("master", `CREATE DATABASE [${name}]`);
  const before = await factsOf(name);
  await home.run("master", `ALTER DATABASE [${name}] MODIFY NAME = [${other}]`);
  const renamed = await factsOf(other);
  assert.equal(renamed.databaseId, before.databaseId);
  assert.match(before.familyGuid ?? "", /^[0-9A-F-]{36}$/);
  assert.equal(renamed.familyGuid, before.familyGuid);
  assert.equal(renamed.recoveryForkGuid, before.recoveryForkGuid);
});

test("a database that is dropped and made again is of another family", async () => {
  const name = home.name("Again");
  await home.run("master", `CREATE DATABASE [${name}]`);
  const first = await factsOf(name);
  await home.run("master", `DROP DATABASE [${name}]`);
  await home.run("master", `CREATE DATABASE [${name}]`);
  const second = await factsOf(name);
  assert.notEqual(second.familyGuid, first.familyGuid);
  assert.notEqual(second.createdAt, first.createdAt);
});

test("a database that is offline tells neither its family nor what the login may do", async () => {
  const name = home.name("Down");
  await home.run("master", `CREATE DATABASE [${name}]`);
  await home.run("master", `ALTER DATABASE [${name}] SET OFFLINE WITH ROLLBACK IMMEDIATE`);
  const facts = await factsOf(name);
  assert.deepEqual([facts.state, facts.familyGuid, facts.rights], ["offline", null, null]);
});

test("a login is told what it may do in databases that it is not connected to", async () => {
  const [name, login] = [home.name("Rights"), home.name("reader")];
  await home.run("master", `CREATE DATABASE [${name}]`);
  await home.run("master", `CREATE LOGIN [${login}] WITH PASSWORD = '${PASSWORD}'`);
  assert.deepEqual((await factsOf(name, login)).rights, []);
  await home.run(name, `CREATE USER [${login}] FOR LOGIN [${login}]`);
  await home.run(name, `GRANT SELECT TO [${login}]`, `GRANT VIEW DEFINITION TO [${login}]`);
  assert.deepEqual((await factsOf(name, login)).rights, ["CONNECT", "SELECT", "VIEW DEFINITION"]);
  await home.run(name, `REVOKE VIEW DEFINITION FROM [${login}]`);
  assert.deepEqual((await factsOf(name, login)).rights, ["CONNECT", "SELECT"]);
  await home.run("master", `DENY VIEW ANY DATABASE TO [${login}]`);
  await using server = await openSqlServer({
    ...home.target,
    username: login,
    password: () => Promise.resolve(PASSWORD),
  });
  assert.deepEqual((await server.facts()).rights, []);
  assert.ok(!(await server.databases()).some((each) => each.name === name));
});
