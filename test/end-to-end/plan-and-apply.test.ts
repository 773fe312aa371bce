import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { JsonObject } from "../../core/kit/json.ts";
import { jsonConfigurationOf } from "../support/json-configuration.ts";
import {
  configurationOf,
  copyState,
  makeProject,
  makeProjectOf,
  type ProjectOptions,
} from "../support/test-project.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";

const stack = new AsyncDisposableStack();
let server: TestServer;
let options: ProjectOptions;

before(async () => {
  server = stack.use(await startTestServer());
  const shop = server.name("Shop");
  await server.run("master", `CREATE DATABASE [${shop}]`);
  await server.run(
    shop,
    "CREATE TABLE dbo.Item (Id int NOT NULL CONSTRAINT PK_Item PRIMARY KEY, Name nvarchar(40) NULL)",
    "INSERT dbo.Item VALUES (1, N'rope'), (2, NULL)",
  );
  options = { signIn: server.signIn, databases: [shop] };
});
after(() => stack[Symbol.asyncDispose]());

/** A plan without the moment when it was made. */
function timeless({ timestamp: _timestamp, ...plan }: JsonObject): JsonObject {
  return plan;
}

test("plan exits with 2 before apply and with 0 after it", async () => {
  await using project = await makeProject(options);
  await project.expect(0, "init");
  await project.expect(2, "plan", "-detailed-exitcode");
  await project.expect(0, "apply", "-auto-approve");
  const { stdout } = await project.expect(0, "plan", "-detailed-exitcode");
  assert.match(stdout, /no changes/i);
});

test("plan leaves catalog and vault byte for byte as they were", async () => {
  await using project = await makeProject(options);
  await project.expect(0, "init");
  const initial = project.digests();
  assert.ok(initial.size > 2, `only ${[...initial.keys()].join(", ")}`);
  await project.expect(2, "plan", "-detailed-exitcode");
  assert.deepEqual(project.digests(), initial);
  await project.expect(0, "apply", "-auto-approve");
  assert.equal((await project.backUp()).code, 0);
  const filled = project.digests();
  assert.notDeepEqual(filled, initial);
  await project.expect(0, "plan", "-detailed-exitcode");
  await project.expect(2, "plan", "-destroy", "-detailed-exitcode");
  assert.deepEqual(project.digests(), filled);
});

test("the JSON syntax gives the same plan as the native one", async () => {
  await using native = await makeProject(options);
  await using json = await makeProjectOf(
    { "main.hcl.json": jsonConfigurationOf(options) },
    options,
  );
  await native.expect(0, "init");
  copyState(native, json);
  const planned = timeless(await native.document("plan"));
  assert.deepEqual(timeless(await json.document("plan")), planned);
  await native.expect(0, "apply", "-auto-approve");
  assert.equal((await native.backUp()).code, 0);
  await using applied = await makeProjectOf(
    { "main.hcl.json": jsonConfigurationOf(options) },
    options,
  );
  copyState(native, applied);
  assert.deepEqual(
    timeless(await applied.document("plan")),
    timeless(await native.document("plan")),
  );
  await applied.expect(0, "plan", "-detailed-exitcode");
});

test("a saved plan is refused once the catalog has moved on", async () => {
  await using project = await makeProject(options);
  await project.expect(0, "init");
  await project.expect(0, "plan", "-out", "first.plan");
  await project.expect(0, "apply", "-auto-approve");
  const applied = await project.document("show");
  const { stderr } = await project.expect(4, "apply", "first.plan");
  assert.match(stderr, /PLAN_STALE/);
  assert.deepEqual(await project.document("show"), applied);
});

test("a plan of a changed retention says in both syntaxes which argument changes", async () => {
  await using project = await makeProject(options);
  await project.expect(0, "init");
  await project.expect(0, "apply", "-auto-approve");
  const shorter = configurationOf(options).replace("daily    = 10", "daily    = 5");
  await using changed = await makeProjectOf({ "main.hcl": shorter }, options);
  copyState(project, changed);
  const { stdout } = await changed.expect(2, "plan", "-detailed-exitcode");
  assert.match(stdout, /daily\s*[:=]?\s*10 -> 5/);
});
