import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { runInit } from "../../core/operations/init.ts";
import { assertFault, linesOf } from "../support/fault-case.ts";
import { runHere } from "../support/holdfast-here.ts";
import {
  applyNow,
  assertNothingLost,
  pointIds,
  prepareProject,
} from "../support/prepared-project.ts";
import { configurationOf, makeProject, type TestProject } from "../support/test-project.ts";
import { type SignIn, startTestServer, type TestServer } from "../support/test-server.ts";

/** These tests make logins and take databases offline, which nobody does to a server that others use. */
const skip =
  process.env["HOLDFAST_TEST_MSSQL"] === undefined
    ? false
    : "faults of a server are not tried on the server of HOLDFAST_TEST_MSSQL";

const WEAK = { username: "weak", password: "Weak-login-pass-1!" };

suite("faults of a server", { skip }, () => {
  const stack = new AsyncDisposableStack();
  let server: TestServer;
  let signIn: SignIn;

  before(async () => {
    server = stack.use(await startTestServer());
    ({ signIn } = server);
    await server.run(
      "master",
      "CREATE DATABASE Shop",
      "CREATE DATABASE Crm",
      `CREATE LOGIN ${WEAK.username} WITH PASSWORD = N'${WEAK.password}'`,
      "ALTER DATABASE Shop SET ALLOW_SNAPSHOT_ISOLATION ON",
      "ALTER DATABASE Crm SET ALLOW_SNAPSHOT_ISOLATION ON",
    );
    for (const name of ["Shop", "Crm"])
      await server.run(
        name,
        "CREATE TABLE dbo.Item (Id int NOT NULL CONSTRAINT PK_Item PRIMARY KEY, Name nvarchar(40) NULL)",
        "INSERT dbo.Item VALUES (1, N'rope'), (2, NULL)",
      );
  });
  after(() => stack[Symbol.asyncDispose]());

  /** A project that has one point of Shop, and then another configuration of its server. */
  function withPoint(databases: readonly string[] = ["Shop"]): Promise<TestProject> {
    return prepareProject({ signIn, databases }, { withPoints: true });
  }

  async function reconfigure(project: TestProject, other: Partial<SignIn>): Promise<void> {
    const text = configurationOf({ signIn: { ...signIn, ...other }, databases: ["Shop"] });
    await writeFile(join(project.directory, "main.hcl"), text);
    await applyNow(project);
  }

  test("a host where nobody listens is told with host and port, and loses nothing", async () => {
    await using project = await withPoint();
    const points = await pointIds(project);
    await reconfigure(project, { port: await freePort() });
    const says = /127\.0\.0\.1:\d+/;
    await assertFault(project, { args: ["plan"], code: "SERVER_UNREACHABLE", says });
    await assertFault(project, { args: ["backup", "data"], code: "SERVER_UNREACHABLE", says });
    const [point = ""] = points;
    const restore = ["restore", point, "-to", "main", "-as", "New"];
    await assertFault(project, { args: restore, code: "SERVER_UNREACHABLE", says });
    await assertNothingLost(project, points);
  });

  test("a host name that does not exist is unreachable", async () => {
    await using project = await makeProject({
      signIn: { ...signIn, host: "no-such-host.invalid" },
      databases: ["Shop"],
    });
    await runInit(await project.ports());
    await assertFault(project, {
      args: ["plan"],
      code: "SERVER_UNREACHABLE",
      says: /no-such-host\.invalid/,
    });
  });

  test("a wrong password is refused without being told", async () => {
    const password = "Quite-the-wrong-1!";
    await using project = await makeProject({
      signIn: { ...signIn, password },
      databases: ["Shop"],
    });
    await runInit(await project.ports());
    await assertFault(project, { args: ["plan"], code: "SERVER_SIGN_IN_FAILED", says: /sa/ });
    await applyNow(project);
    await assertFault(project, { args: ["backup", "data"], code: "SERVER_SIGN_IN_FAILED" });
    assert.deepEqual(await pointIds(project), []);
  });

  test("a password that is not set names the variable", async () => {
    await using project = await withPoint();
    const points = await pointIds(project);
    const environment = { ...project.environment, TEST_SERVER_PASSWORD: "" };
    const { code, stdout } = await runHere(["backup", "data", "-json"], {
      directory: project.directory,
      environment,
    });
    assert.equal(code, 1);
    const error = linesOf({ stdout }).find(({ type }) => type === "diagnostic");
    assert.equal(error?.code, "SECRET_MISSING");
    assert.match(error.detail ?? "", /TEST_SERVER_PASSWORD/);
    await assertNothingLost(project, points);
  });

  test("a certificate that nobody vouches for is not trusted", async () => {
    await using project = await makeProject({
      signIn: { ...signIn, caFile: undefined },
      databases: ["Shop"],
    });
    await runInit(await project.ports());
    await assertFault(project, {
      args: ["plan"],
      code: "SERVER_CERTIFICATE_NOT_TRUSTED",
      says: /ca_file/,
    });
  });

  test("a login without rights is told which right it lacks, and how to grant it", async () => {
    await using project = await prepareProject(
      { signIn: { ...signIn, ...WEAK }, databases: ["Shop"] },
      { withPoints: false },
    );
    await assertFault(project, {
      args: ["backup", "data"],
      code: "SERVER_PERMISSION_MISSING",
      says: / {4}.*(?:CREATE USER|GRANT)/,
    });
    assert.deepEqual(await pointIds(project), []);
  });

  test("a database that is gone fails, and the others are backed up", async () => {
    await using project = await withPoint(["Shop"]);
    const [earlier = ""] = await pointIds(project);
    const text = configurationOf({ signIn, databases: ["Shop", "Gone"] });
    await writeFile(join(project.directory, "main.hcl"), text);
    await applyNow(project);
    const { code, events, summary } = await project.backUp();
    assert.deepEqual([code, summary.status], [3, "successful_with_errors"]);
    const errors = events.filter(({ type }) => type === "diagnostic");
    assert.deepEqual(
      errors.map((error) => error.code),
      ["DATABASE_NOT_FOUND"],
    );
    assert.match(errors[0]?.detail ?? "", /Gone/);
    await assertNothingLost(project, [earlier, summary.points[0]?.id ?? ""]);
  });

  test("a database that was renamed meanwhile keeps its points and fails until it is named anew", async () => {
    await server.run(
      "master",
      "CREATE DATABASE Old",
      "ALTER DATABASE Old SET ALLOW_SNAPSHOT_ISOLATION ON",
    );
    await server.run(
      "Old",
      "CREATE TABLE dbo.T (Id int NOT NULL PRIMARY KEY)",
      "INSERT dbo.T VALUES (1)",
    );
    await using project = await withPoint(["Old"]);
    const points = await pointIds(project);
    await server.run("master", "ALTER DATABASE Old MODIFY NAME = Younger");
    await assertFault(project, {
      args: ["backup", "data"],
      code: "DATABASE_NOT_FOUND",
      says: /renamed/,
    });
    await assertNothingLost(project, points);
    await project.expect(0, "restore", points[0] ?? "", "-to", "main", "-as", "Old");
  });

  test("a database that is offline is skipped as down, without a point", async () => {
    await using project = await withPoint(["Crm"]);
    const points = await pointIds(project);
    await server.run("master", "ALTER DATABASE Crm SET OFFLINE");
    try {
      const { stdout } = await project.expect(0, "plan");
      assert.match(stdout, /Crm +offline/);
      const args = ["backup", "data"];
      await assertFault(project, { args, code: "DATABASE_NOT_READY", says: /offline/ });
      await assertNothingLost(project, points);
    } finally {
      await server.run("master", "ALTER DATABASE Crm SET ONLINE");
    }
  });

  test("without snapshot isolation plan warns, backup fails with the ALTER DATABASE, and nothing is switched", async () => {
    await server.run("master", "ALTER DATABASE Crm SET ALLOW_SNAPSHOT_ISOLATION OFF");
    await using project = await makeProject({ signIn, databases: ["Crm"] });
    await runInit(await project.ports());
    const plan = await project.document("plan");
    const warnings = plan["diagnostics"] as readonly {
      readonly code: string;
      readonly severity: string;
    }[];
    assert.deepEqual(
      warnings.map(({ code, severity }) => [code, severity]),
      [["SNAPSHOT_ISOLATION_OFF", "warning"]],
    );
    await applyNow(project);
    await assertFault(project, {
      args: ["backup", "data"],
      code: "SNAPSHOT_ISOLATION_OFF",
      says: /\n {4}ALTER DATABASE \[Crm\] SET ALLOW_SNAPSHOT_ISOLATION ON/,
    });
    const pool = await server.connect();
    const { recordset } = await pool
      .request()
      .query("SELECT snapshot_isolation_state AS state FROM sys.databases WHERE name = N'Crm'");
    assert.deepEqual({ ...recordset[0] }, { state: 0 });
  });

  test("a restore under a name that is taken leaves that database alone", async () => {
    await using project = await withPoint();
    const points = await pointIds(project);
    const args = ["restore", points[0] ?? "", "-to", "main", "-as", "Crm"];
    await assertFault(project, { args, code: "DATABASE_EXISTS", says: /Crm/ });
    await assertNothingLost(project, points);
  });

  test("a port that is taken is refused by the sandbox", async () => {
    const { code, stdout, stderr } = await runHere([
      "sandbox",
      "-json",
      "-port",
      String(signIn.port),
    ]);
    assert.deepEqual([code, stderr], [1, ""]);
    assert.deepEqual(
      linesOf({ stdout }).map((line) => line.code),
      ["SANDBOX_PORT_TAKEN"],
    );
  });

  test("a script with an error ends the sandbox with the script, the line and the server's error", async () => {
    await using project = await makeProject({ signIn, databases: ["Shop"] });
    const file = join(project.directory, "wrong.sql");
    await writeFile(file, "CREATE TABLE dbo.A (Id int);\nGO\n\nSELECT * FROM dbo.Missing;\nGO\n");
    const { code, stdout } = await runHere(["sandbox", "-json", "-load", `Shop=${file}`]);
    const [error, ...rest] = linesOf({ stdout });
    assert.deepEqual([code, rest], [1, []]);
    assert.match(error?.detail ?? "", /wrong\.sql, line 4: .*208.*dbo\.Missing/);
  });
});

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
  const listener = createServer();
  const { promise, resolve } = Promise.withResolvers<void>();
  listener.listen(0, "127.0.0.1", resolve);
  await promise;
  const address = listener.address();
  listener.close();
  assert.ok(typeof address === "object" && address !== null);
  return address.port;
}
