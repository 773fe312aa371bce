import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { SqlManagementClient } from "@azure/arm-sql";
import type { TokenCredential } from "@azure/identity";
import { toInstant } from "../../../../core/kit/clock.ts";
import type {
  AzureDatabasePlace,
  AzureSqlControl,
  CopyOperation,
  CopyRequest,
} from "../../../../core/resource/azure-sql.ts";
import { copyNameOf } from "../../../../core/resource/copy-name.ts";
import { isSameRetention } from "../../../../core/resource/same-retention.ts";
import { waitForCopy } from "../../../../core/resource/wait-for-copy.ts";
import { createRepeat, type Repeat } from "../../../../core/storage/retrying.ts";
import { createEntraCredential } from "../../../../providers/azure/identity/entra-credential.ts";
import { ArmClient } from "../../../../providers/azure/sql/arm-client.ts";
import { armSignInFailed, explainArmError } from "../../../../providers/azure/sql/arm-failure.ts";
import { openAzureSql } from "../../../../providers/azure/sql/open-azure-sql.ts";
import {
  type AzureSandbox,
  RESOURCE_GROUP,
  SERVER_NAME,
  startAzureSandbox,
} from "../../../support/azure-sandbox.ts";
import { withCode } from "../../../support/with-code.ts";

type SilentParameters = [
  TokenCredential,
  string,
  ConstructorParameters<typeof SqlManagementClient>[2],
];

let sandbox: AzureSandbox;
let control: AzureSqlControl;
let time = 0;
const clock = { now: () => toInstant(time) };
const waits: number[] = [];
const sleep = (milliseconds: number): Promise<void> => {
  waits.push(milliseconds);
  time += milliseconds;
  sandbox.pass(milliseconds);
  return Promise.resolve();
};

before(async () => {
  sandbox = await startAzureSandbox({
    applications: [
      { displayName: "backup", role: "Contributor" },
      { displayName: "reader", role: "Reader" },
    ],
    also: ["managed_instance", "virtual_machine"],
  });
  sandbox.tenant.pace.copyDuration = 60_000;
  sandbox.tenant.pace.retryAfter = 10;
  control = await controlOf(0);
  for (const name of ["orders", "Kunden"]) {
    await sandbox.call("PUT", `/databases/${name}`, {
      body: { location: "westeurope", sku: { name: "S3" } },
    });
  }
});
after(() => sandbox[Symbol.asyncDispose]());

const patient = createRepeat({ clock, random: () => 0, sleep });

async function controlOf(
  index: number,
  secret?: string,
  repeat: Repeat = patient,
): Promise<AzureSqlControl> {
  const { tenant, identity } = sandbox;
  const application = tenant.applications[index];
  assert.ok(application);
  const { tenantId } = tenant;
  const { clientId } = application;
  const credential = await createEntraCredential(
    { kind: "client_secret", tenantId, clientId, secret: secret ?? application.secret },
    { ca: identity.authority, authorityHost: tenant.origin },
  );
  const { authority: ca } = identity;
  return openAzureSql({ credential, endpoint: tenant.origin, ca, clock, repeat });
}

function placeOf(database: string): AzureDatabasePlace {
  const { subscriptionId } = sandbox.tenant;
  return {
    kind: "azure_sql",
    subscriptionId,
    resourceGroup: RESOURCE_GROUP,
    server: SERVER_NAME,
    database,
  };
}

let run = 0;
function copyRequest(source = "orders"): CopyRequest {
  run += 1;
  const id = run.toString(16).padStart(8, "0").repeat(4);
  const tags = { holdfast: id, set: "backup_set.orders", expires: "2026-01-02T00:00:00Z" };
  return { source: placeOf(source), target: placeOf(copyNameOf(source, id)), tags };
}

function journalled(operation: CopyOperation): CopyOperation {
  return JSON.parse(JSON.stringify(operation)) as CopyOperation;
}

function wait(operation: CopyOperation, minutes = 10) {
  const deadline = toInstant(time + minutes * 60_000);
  return waitForCopy(control, operation, { clock, sleep, deadline });
}

test("servers are found with their databases, tiers, instances and machines", async () => {
  const { subscriptionId } = sandbox.tenant;
  const found = await control.discover({ subscriptionId, resourceGroup: null });
  assert.deepEqual(
    found.map(({ kind, name, host }) => [kind, name, host]),
    [
      ["azure_sql", SERVER_NAME, "tests.database.windows.net"],
      ["azure_vm", SERVER_NAME, null],
      ["managed_instance", SERVER_NAME, "tests.database.windows.net"],
    ],
  );
  const [server, , instance] = found;
  assert.deepEqual(
    server?.databases.map(({ place, status, objective, tier, tags }) => [
      place.database,
      status,
      objective,
      tier?.tier,
      tags,
    ]),
    [
      ["Kunden", "Online", "S3", "Standard", {}],
      ["orders", "Online", "S3", "Standard", {}],
    ],
  );
  assert.deepEqual(
    instance?.databases.map(({ place }) => [place.kind, place.database]),
    [
      ["managed_instance", "Kunden"],
      ["managed_instance", "orders"],
    ],
  );
  const group = { subscriptionId, resourceGroup: RESOURCE_GROUP };
  assert.deepEqual(await control.discover(group), found);
});

test("a copy is asked for once, followed by another process, and dropped", async () => {
  const request = copyRequest();
  const operation = journalled(await control.startCopy(request));
  assert.match(operation.operationUrl ?? "", /databaseAzureAsyncOperation/);
  assert.equal((await control.copyState(operation)).kind, "copying");
  const again = await control.startCopy(request);
  assert.equal(again.operationUrl, null, "found under way, so not asked for again");
  assert.equal((await control.copyState(again)).kind, "copying");
  const made = await wait(operation);
  assert.deepEqual(made.tags, { ...request.tags });
  assert.equal(made.objective, "S3");
  await control.dropCopy(request.target, request.tags);
  await control.dropCopy(request.target, request.tags);
  assert.equal((await control.copyState(operation)).kind, "failed");
  assert.deepEqual(await control.copyState(again), { kind: "missing" });
});

test("an answer that is lost leads to no second request", async () => {
  const request = copyRequest();
  sandbox.tenant.faults.order({ kind: "answer_lost", method: "PUT" });
  const operation = await control.startCopy(request);
  assert.equal(operation.operationUrl, null);
  assert.equal((await wait(operation)).status, "Online");
  await control.dropCopy(request.target, request.tags);
});

test("a request that nobody can say was taken is not sent again", async () => {
  for (const status of [408, 504]) {
    let calls = 0;
    const faulty = await controlOf(0, undefined, (call, options) => {
      calls += 1;
      // After the looks at the target and at the source.
      if (calls === 3) sandbox.tenant.faults.order({ kind: "unavailable", requests: 1, status });
      return patient(call, options);
    });
    const operation = await faulty.startCopy(copyRequest());
    assert.equal(operation.operationUrl, null);
    assert.deepEqual(await control.copyState(operation), { kind: "missing" });
  }
});

test("an operation that is not found for a moment, and a busy service, only take time", async () => {
  const request = copyRequest();
  sandbox.tenant.faults.order({ kind: "operation_hidden", polls: 3 });
  const operation = await control.startCopy(request);
  assert.notEqual(operation.operationUrl, null);
  waits.length = 0;
  sandbox.tenant.faults.order({ kind: "throttled", requests: 2, retryAfter: 17 });
  sandbox.tenant.faults.order({ kind: "unavailable", requests: 1, status: 503 });
  assert.equal((await control.copyState(operation)).kind, "copying");
  assert.deepEqual(waits.slice(0, 2), [17_000, 17_000]);
  assert.equal((await wait(operation)).status, "Online");
  await control.dropCopy(request.target, request.tags);
});

test("a copy that fails is told with Azure's reason, and what it left can be dropped", async () => {
  const request = copyRequest();
  const error = { code: "TargetServiceTooSmall", message: "The target is too small." };
  sandbox.tenant.faults.order({ kind: "copy_fails", error });
  const operation = await control.startCopy(request);
  await assert.rejects(wait(operation), withCode("AZURE_COPY_FAILED", error.code, error.message));
  assert.notEqual(await control.findDatabase(request.target), undefined);
  await control.dropCopy(request.target, request.tags);
  assert.equal(await control.findDatabase(request.target), undefined);
});

test("a copy that never ends is given up at its deadline", async () => {
  const request = copyRequest();
  sandbox.tenant.faults.order({ kind: "copy_never_ends" });
  const operation = await control.startCopy(request);
  await assert.rejects(wait(operation, 30), withCode("AZURE_COPY_TOO_LONG", "30m"));
  await control.dropCopy(request.target, request.tags);
});

test("what was never begun is given up after two minutes", async () => {
  const { target, tags } = copyRequest();
  const operation = { target, tags, operationUrl: null, requestedAt: clock.now() };
  await assert.rejects(wait(operation, 600), withCode("AZURE_COPY_FAILED", "nothing makes it"));
});

test("nothing is dropped or taken over that is not the copy of that run", async () => {
  const { target, tags } = copyRequest();
  await assert.rejects(control.dropCopy(placeOf("orders"), tags), withCode("AZURE_NOT_OURS"));
  await sandbox.call("PUT", `/databases/${target.database}`, {
    body: {
      location: "westeurope",
      sku: { name: "S0" },
      tags: { ...tags, set: "backup_set.b" },
    },
  });
  await assert.rejects(control.dropCopy(target, tags), withCode("AZURE_NOT_OURS", target.database));
  const taken = { source: placeOf("orders"), target, tags };
  await assert.rejects(control.startCopy(taken), withCode("AZURE_COPY_NAME_TAKEN"));
  assert.notEqual(await control.findDatabase(target), undefined);
});

test("a role that is missing is told with the command that grants it", async () => {
  const reader = await controlOf(1);
  const request = copyRequest();
  const objectId = sandbox.tenant.applications[1]?.objectId ?? "";
  await assert.rejects(
    reader.startCopy(request),
    withCode(
      "AZURE_FORBIDDEN",
      "az role assignment create",
      objectId,
      '--role "SQL DB Contributor"',
      "Microsoft.Sql/servers/databases/write",
      sandbox.serverId,
    ),
  );
});

test("a wrong secret of an application is told as that, without a way that does not mend it", () => {
  const refused = new Error("AADSTS7000215: Invalid client secret provided.");
  refused.name = "AuthenticationRequiredError";
  const error = armSignInFailed(refused);
  assert.ok(
    withCode("AZURE_SIGN_IN_FAILED", "AADSTS7000215", "the secret that was given is wrong")(error),
  );
  assert.doesNotMatch(error.diagnostic.detail, /az login/);
  assert.match(armSignInFailed(undefined).diagnostic.detail, /az login/);
});

test("the command that grants a role runs nothing that a name holds", () => {
  const headers = { get: () => undefined };
  const response = { status: 403, bodyAsText: "{}", headers };
  const scope = "/subscriptions/s/databases/it's $(id)";
  const attempt = { what: "show it", scope, role: "Reader" } as const;
  const error = explainArmError(attempt, Object.assign(new Error("no"), { response }));
  const quoted = "--scope '/subscriptions/s/databases/it'\\''s $(id)'";
  assert.ok(withCode("AZURE_FORBIDDEN", quoted)(error as Error));
});

test("an answer that never comes is given up after a while, by whoever asked", async () => {
  const limits: number[] = [];
  const httpClient = {
    sendRequest: (request: { readonly timeout: number; readonly method: string }) => {
      limits.push(request.timeout);
      return Promise.reject(Object.assign(new Error("late"), { name: "AbortError" }));
    },
  };
  class Silent extends SqlManagementClient {
    constructor(...[credential, subscription, options]: SilentParameters) {
      super(credential, subscription, { ...options, httpClient });
    }
  }
  const getToken = () => Promise.resolve({ token: "t", expiresOnTimestamp: Number.MAX_VALUE });
  const repeat: Repeat = (call) => call();
  const arm = new ArmClient({ credential: { getToken }, repeat, clock }, Silent);
  const { databases } = arm.of("s");
  const attempt = { what: "show it", scope: "/subscriptions/s", role: "Reader" } as const;
  const get = arm.repeated(attempt, () => databases.get("g", "s", "d"), {});
  await assert.rejects(get, withCode("AZURE_UNREACHABLE"));
  assert.deepEqual(limits, [120_000]);
});

test("a wrong secret fails as a sign-in, and is in no text", async () => {
  const stranger = await controlOf(0, "not-the-secret");
  const scope = { subscriptionId: sandbox.tenant.subscriptionId, resourceGroup: null };
  await assert.rejects(stranger.discover(scope), (error: Error) => {
    assert.doesNotMatch(`${error.message} ${error.stack}`, /not-the-secret/);
    return withCode("AZURE_SIGN_IN_FAILED", "AADSTS7000215")(error);
  });
});

test("a subscription that is not seen is told by its path", async () => {
  const subscriptionId = "3b241101-e2bb-4255-8caf-4136c566a003";
  await assert.rejects(
    control.discover({ subscriptionId, resourceGroup: null }),
    withCode("AZURE_NOT_FOUND", `/subscriptions/${subscriptionId}`),
  );
});

test("retention is read and set by meaning, on servers and instances", async () => {
  const server = placeOf("orders");
  for (const place of [server, { ...server, kind: "managed_instance" as const }]) {
    const was = await control.readRetention(place);
    assert.equal(was.longTerm.weekly, null);
    const differentialHours = place.kind === "azure_sql" ? 24 : was.shortTerm.differentialHours;
    const longTerm = { weekly: "P4W", monthly: null, yearly: "P5Y", weekOfYear: 3 };
    const wanted = { shortTerm: { days: 21, differentialHours }, longTerm };
    await control.setRetention(place, wanted);
    const now = await control.readRetention(place);
    assert.ok(isSameRetention(now, wanted));
    assert.ok(isSameRetention(now, { ...wanted, longTerm: { ...longTerm, weekly: "P28D" } }));
    assert.ok(!isSameRetention(now, was));
    await control.setRetention(place, was);
    assert.ok(isSameRetention(await control.readRetention(place), was));
  }
});
