import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type AzureSandbox, startAzureSandbox } from "../../../support/azure-sandbox.ts";

let sandbox: AzureSandbox;
before(async () => {
  sandbox = await startAzureSandbox({
    applications: [
      { displayName: "writer", role: "Contributor" },
      { displayName: "reader", role: "Reader" },
      { displayName: "nobody", role: undefined },
    ],
  });
});
after(() => sandbox[Symbol.asyncDispose]());

const WRITER = 0;
const READER = 1;
const NOBODY = 2;

function codeOf(body: Readonly<Record<string, unknown>>): unknown {
  return (body["error"] as { readonly code?: unknown } | undefined)?.code;
}

test("a new database is there when its operation has succeeded", async () => {
  const body = {
    location: "westeurope",
    sku: { name: "GP_Gen5", capacity: 4 },
    tags: { by: "test" },
  };
  const started = await sandbox.call("PUT", "/databases/made", { body });
  assert.equal(started.status, 202);
  const poll = await sandbox.call("GET", started.headers.get("azure-asyncoperation") ?? "");
  assert.deepEqual([poll.status, poll.body["status"]], [200, "Succeeded"]);
  const made = await sandbox.call("GET", "/databases/made");
  assert.equal(made.status, 200);
  assert.deepEqual(made.body["tags"], { by: "test" });
  assert.deepEqual(made.body["sku"], {
    name: "GP_Gen5",
    tier: "GeneralPurpose",
    family: "Gen5",
    capacity: 4,
  });
});

test("PATCH changes the tags and nothing else", async () => {
  await sandbox.call("PUT", "/databases/tagged", { body: { location: "westeurope" } });
  const before = await sandbox.call("GET", "/databases/tagged");
  const changed = await sandbox.call("PATCH", "/databases/tagged", { body: { tags: { a: "1" } } });
  assert.equal(changed.status, 200);
  assert.deepEqual(changed.body, { ...before.body, tags: { a: "1" } });
});

test("DELETE drops a database once, and says 204 when there is none", async () => {
  await sandbox.call("PUT", "/databases/gone", { body: { location: "westeurope" } });
  const dropped = await sandbox.call("DELETE", "/databases/gone");
  assert.equal(dropped.status, 202);
  const result = await sandbox.call("GET", dropped.headers.get("location") ?? "");
  assert.equal(result.status, 200);
  assert.equal((await sandbox.call("GET", "/databases/gone")).status, 404);
  assert.equal((await sandbox.call("DELETE", "/databases/gone")).status, 204);
});

test("a list goes on over pages until no next link is left", async () => {
  for (const name of ["p1", "p2", "p3"]) {
    await sandbox.call("PUT", `/databases/${name}`, { body: { location: "westeurope" } });
  }
  sandbox.tenant.pace.pageSize = 2;
  const names: string[] = [];
  let next: unknown = "/databases";
  while (typeof next === "string") {
    const page = await sandbox.call("GET", next);
    const members = page.body["value"] as readonly { readonly name: string }[];
    assert.ok(members.length <= 2);
    names.push(...members.map(({ name }) => name));
    next = page.body["nextLink"];
  }
  sandbox.tenant.pace.pageSize = 100;
  assert.deepEqual(
    names.filter((name) => /^(master|p\d)$/.test(name)),
    ["master", "p1", "p2", "p3"],
  );
  assert.equal(new Set(names).size, names.length);
});

interface Refusal {
  readonly title: string;
  readonly method?: string;
  readonly path: string;
  readonly body?: unknown;
  readonly token?: () => string;
  readonly apiVersion?: string;
  readonly status: number;
  readonly code: string;
}

const REFUSALS: readonly Refusal[] = [
  {
    title: "no token",
    path: "/databases",
    token: () => "",
    status: 401,
    code: "AuthenticationFailed",
  },
  {
    title: "a token for another audience",
    path: "/databases",
    token: () => sandbox.token(WRITER, "https://database.windows.net"),
    status: 401,
    code: "InvalidAuthenticationTokenAudience",
  },
  {
    title: "a token with another signature",
    path: "/databases",
    token: () => `${sandbox.token().slice(0, -8)}AAAAAAAA`,
    status: 401,
    code: "InvalidAuthenticationToken",
  },
  {
    title: "a principal without a role",
    path: "/databases/made",
    token: () => sandbox.token(NOBODY),
    status: 403,
    code: "AuthorizationFailed",
  },
  {
    title: "a reader who writes",
    method: "PUT",
    path: "/databases/mine",
    body: { location: "westeurope" },
    token: () => sandbox.token(READER),
    status: 403,
    code: "AuthorizationFailed",
  },
  {
    title: "a reader who drops",
    method: "DELETE",
    path: "/databases/made",
    token: () => sandbox.token(READER),
    status: 403,
    code: "AuthorizationFailed",
  },
  {
    title: "no version",
    path: "/databases",
    apiVersion: "",
    status: 400,
    code: "MissingApiVersionParameter",
  },
  {
    title: "a version that is none",
    path: "/databases",
    apiVersion: "latest",
    status: 400,
    code: "InvalidApiVersionParameter",
  },
  { title: "an unknown database", path: "/databases/none", status: 404, code: "ResourceNotFound" },
  {
    title: "an unknown type",
    path: "/firewallRules",
    status: 404,
    code: "InvalidResourceType",
  },
  {
    title: "an unknown subscription",
    path: "/subscriptions/11111111-2222-3333-4444-555555555555/providers/Microsoft.Sql/servers",
    status: 404,
    code: "SubscriptionNotFound",
  },
  {
    title: "a body that is no JSON object",
    method: "PUT",
    path: "/databases/made",
    body: [],
    status: 400,
    code: "InvalidRequestContent",
  },
  {
    title: "an unknown sku",
    method: "PUT",
    path: "/databases/other",
    body: { location: "westeurope", sku: { name: "S5" } },
    status: 400,
    code: "InvalidSkuName",
  },
  {
    title: "a create mode that the sandbox does not have",
    method: "PUT",
    path: "/databases/other",
    body: { location: "westeurope", properties: { createMode: "Recovery" } },
    status: 501,
    code: "NotImplemented",
  },
];

for (const { title, method = "GET", path, body, token, apiVersion, status, code } of REFUSALS) {
  test(`Azure Resource Manager answers ${title} with ${status} ${code}`, async () => {
    const reply = await sandbox.call(method, path, {
      body,
      ...(token === undefined ? {} : { token: token() }),
      ...(apiVersion === undefined ? {} : { apiVersion }),
    });
    assert.deepEqual([reply.status, codeOf(reply.body)], [status, code]);
    if (status === 401)
      assert.match(reply.headers.get("www-authenticate") ?? "", /^Bearer authorization_uri=/);
  });
}

test("only subscriptions in which the caller has a role are listed", async () => {
  const count = async (application: number): Promise<number> => {
    const list = await sandbox.call("GET", `${sandbox.tenant.origin}/subscriptions`, {
      token: sandbox.token(application),
    });
    return (list.body["value"] as readonly unknown[]).length;
  };
  assert.deepEqual(await Promise.all([WRITER, READER, NOBODY].map(count)), [1, 1, 0]);
});

test("throttled requests get 429 with the time to wait, and then their turn", async () => {
  sandbox.tenant.faults.order({ kind: "throttled", requests: 2, retryAfter: 7 });
  const statuses: number[] = [];
  for (let count = 0; count < 3; count += 1) {
    const reply = await sandbox.call("GET", "/databases");
    statuses.push(reply.status);
    if (reply.status === 429) assert.equal(reply.headers.get("retry-after"), "7");
  }
  assert.deepEqual(statuses, [429, 429, 200]);
});

test("a request is carried out though its answer is lost", async () => {
  sandbox.tenant.faults.order({ kind: "answer_lost", method: "PUT" });
  const body = { location: "westeurope" };
  await assert.rejects(
    sandbox.call("PUT", "/databases/unanswered", { body }),
    /socket hang up|ECONNRESET/,
  );
  assert.equal((await sandbox.call("GET", "/databases/unanswered")).status, 200);
});
