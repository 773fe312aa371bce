import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Connection, type ConnectionConfiguration, Request } from "tedious";
import { createEngine } from "../../../../providers/sandbox/engine/create-engine.ts";
import { startSandbox } from "../../../../providers/sandbox/sandbox.ts";
import type {
  DirectoryPrincipal,
  TokenVerifier,
} from "../../../../providers/sandbox/session/token-verifier.ts";
import {
  connect,
  EngineClient,
  TEST_ENGINE_OPTIONS,
} from "../../../support/sandbox/engine-client.ts";

const ADMINISTRATOR: DirectoryPrincipal = {
  kind: "user",
  name: "dba@example.com",
  objectId: "11111111-2222-3333-4444-555555555555",
};
const APPLICATION: DirectoryPrincipal = {
  kind: "application",
  name: "backup",
  objectId: "99999999-2222-3333-4444-555555555555",
  clientId: "0a0b0c0d-0e0f-1011-1213-141516171819",
};
const GROUP: DirectoryPrincipal = {
  kind: "group",
  name: "readers",
  objectId: "77777777-2222-3333-4444-555555555555",
};
const GUEST: DirectoryPrincipal = {
  ...ADMINISTRATOR,
  name: "guest@example.com",
  objectId: GROUP.objectId.replace("7", "8"),
};

const PRINCIPALS = [ADMINISTRATOR, APPLICATION, GROUP, GUEST];
const tokens: TokenVerifier = {
  stsUrl: "https://localhost/tenant",
  audience: "https://database.windows.net/",
  verify(token) {
    const principal = PRINCIPALS.find(({ name }) => token === `token of ${name}`);
    return principal && { principal, groups: principal === GUEST ? [GROUP.objectId] : [] };
  },
  find: (name) => PRINCIPALS.find((principal) => principal.name === name),
};

const engine = createEngine({
  ...TEST_ENGINE_OPTIONS,
  flavour: "azure_sql",
  tokens,
  entraAdministrator: ADMINISTRATOR,
});
const sandbox = await startSandbox({ engine, port: 0 });
after(() => sandbox.close());

function signIn(token: string, database = ""): EngineClient | number {
  const session = engine.login({
    username: "",
    password: "",
    token,
    database,
    hostName: "test",
    applicationName: "test",
    packetSize: 4096,
  });
  return "number" in session ? session.number : new EngineClient(session);
}

function open(token: string, database: string): EngineClient {
  const client = signIn(token, database);
  assert(client instanceof EngineClient);
  return client;
}

/** What a stock client sees: the name that it signed in by, or the text of the error. */
async function whoOverTds(token: string, database: string): Promise<unknown> {
  const configuration: ConnectionConfiguration = {
    server: sandbox.host,
    authentication: { type: "azure-active-directory-access-token", options: { token } },
    options: {
      port: sandbox.port,
      database,
      encrypt: true,
      serverName: "localhost",
      cryptoCredentialsDetails: { ca: sandbox.authority },
    },
  };
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const connection = new Connection(configuration);
  connection.on("connect", (error) => {
    if (error) return resolve(error.message);
    let name: unknown;
    const request = new Request("SELECT SYSTEM_USER", () => resolve(name));
    request.on("row", ([column]: { value: unknown }[]) => {
      name = column?.value;
    });
    return connection.execSql(request);
  });
  connection.connect();
  const seen = await promise;
  connection.close();
  return seen;
}

test("the administrator makes users of applications and groups, and their tokens open the database", async () => {
  await connect(engine).script("CREATE DATABASE a");
  const administrator = open("token of dba@example.com", "a");
  await administrator.script(
    "CREATE USER [backup] FROM EXTERNAL PROVIDER; CREATE USER readers FROM EXTERNAL PROVIDER; ALTER ROLE db_datareader ADD MEMBER readers",
  );
  assert.deepEqual(
    await administrator.rows(
      "SELECT name, type, authentication_type_desc, CONVERT(uniqueidentifier, sid) FROM sys.database_principals WHERE type IN ('E', 'X') ORDER BY name",
    ),
    [
      ["backup", "E", "EXTERNAL", APPLICATION.clientId?.toUpperCase()],
      ["readers", "X", "EXTERNAL", GROUP.objectId.toUpperCase()],
    ],
  );
  assert.equal(await whoOverTds("token of backup", "a"), "backup");
  const guest = open("token of guest@example.com", "a");
  assert.deepEqual(await guest.rows("SELECT USER_NAME(), IS_ROLEMEMBER('db_datareader')"), [
    ["readers", 1],
  ]);
});

test("a token of somebody unknown opens nothing", async () => {
  assert.equal(signIn("token of backup", "master"), 18_456);
  assert.equal(
    await whoOverTds("token of nobody", "a"),
    "Login failed for user '<token-identified principal>'.",
  );
});

test("who came in by password cannot make external principals", async () => {
  const inside = connect(engine, { database: "a" });
  assert.equal(
    await inside.error("CREATE USER [guest@example.com] FROM EXTERNAL PROVIDER"),
    33_159,
  );
  const administrator = open("token of dba@example.com", "a");
  assert.equal(await administrator.error("CREATE USER nobody FROM EXTERNAL PROVIDER"), 33_130);
});
