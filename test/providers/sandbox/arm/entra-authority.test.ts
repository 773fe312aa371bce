import assert from "node:assert/strict";
import { type JsonWebKey, subtle } from "node:crypto";
import { after, before, test } from "node:test";
import {
  ClientAssertionCredential,
  ClientSecretCredential,
  type ClientSecretCredentialOptions,
} from "@azure/identity";
import { type AzureSandbox, startAzureSandbox } from "../../../support/azure-sandbox.ts";

const ARM_SCOPE = "https://management.azure.com/.default";
const DATABASE_SCOPE = "https://database.windows.net/.default";

let sandbox: AzureSandbox;
before(async () => {
  sandbox = await startAzureSandbox();
});
after(() => sandbox[Symbol.asyncDispose]());

function optionsOf(): ClientSecretCredentialOptions & {
  readonly tlsOptions: { readonly ca: string };
} {
  return {
    authorityHost: sandbox.tenant.origin,
    disableInstanceDiscovery: true,
    tlsOptions: { ca: sandbox.identity.authority },
    retryOptions: { maxRetries: 0 },
  };
}

function knownApplication(): AzureSandbox["tenant"]["applications"][number] {
  const [application] = sandbox.tenant.applications;
  assert.ok(application);
  return application;
}

test("an application signs in with its secret through the stock client, for both audiences", async () => {
  const { tenant } = sandbox;
  const { clientId, objectId, secret } = knownApplication();
  const credential = new ClientSecretCredential(tenant.tenantId, clientId, secret, optionsOf());
  for (const [scope, audience] of [
    [ARM_SCOPE, "https://management.azure.com"],
    [DATABASE_SCOPE, "https://database.windows.net"],
  ] as const) {
    const claims = tenant.issuer.verify((await credential.getToken(scope)).token);
    assert.ok(!("refused" in claims));
    assert.deepEqual(
      [claims.audience, claims.clientId, claims.objectId, claims.tenantId],
      [audience, clientId, objectId, tenant.tenantId],
    );
  }
});

test("an application signs in with a token of a cluster that it trusts, and with no other", async () => {
  const { tenant } = sandbox;
  const { clientId } = knownApplication();
  const options = optionsOf();
  const signIn = (token: string) =>
    new ClientAssertionCredential(
      tenant.tenantId,
      clientId,
      () => Promise.resolve(token),
      options,
    ).getToken(ARM_SCOPE);
  const claims = tenant.issuer.verify((await signIn(tenant.federatedToken())).token);
  assert.ok(!("refused" in claims) && claims.clientId === clientId);
  const { iss, sub, exp } = { iss: "https://elsewhere", sub: "x", exp: 4_000_000_000 };
  await assert.rejects(signIn(tenant.issuer.sign({ iss, sub, exp })), /AADSTS700211/);
  await assert.rejects(signIn(tenant.federatedToken({ sub: "another" })), /AADSTS700213/);
  await assert.rejects(signIn(tenant.federatedToken({ exp: 1 })), /AADSTS700024/);
  const forged = `${tenant.federatedToken().split(".").slice(0, 2).join(".")}.AAAA`;
  await assert.rejects(signIn(forged), /AADSTS700027/);
});

type Form = Readonly<Record<string, string | undefined>>;

interface Refused {
  readonly title: string;
  readonly form: (good: Form) => Form;
  readonly status: number;
  readonly error: string;
  readonly code: number;
}

const REFUSALS: readonly Refused[] = [
  {
    title: "a wrong secret",
    form: (good) => ({ ...good, client_secret: "wrong" }),
    status: 401,
    error: "invalid_client",
    code: 7_000_215,
  },
  {
    title: "an unknown application",
    form: (good) => ({ ...good, client_id: "11111111-2222-3333-4444-555555555555" }),
    status: 400,
    error: "unauthorized_client",
    code: 700_016,
  },
  {
    title: "a scope that is none",
    form: (good) => ({ ...good, scope: "everything" }),
    status: 400,
    error: "invalid_scope",
    code: 70_011,
  },
  {
    title: "a resource that the tenant does not have",
    form: (good) => ({ ...good, scope: "https://example.org/.default" }),
    status: 400,
    error: "invalid_resource",
    code: 500_011,
  },
  {
    title: "another grant",
    form: (good) => ({ ...good, grant_type: "password" }),
    status: 400,
    error: "unsupported_grant_type",
    code: 70_003,
  },
  {
    title: "no credential",
    form: (good) => ({ ...good, client_secret: undefined }),
    status: 401,
    error: "invalid_client",
    code: 7_000_216,
  },
  {
    title: "no client",
    form: (good) => ({ ...good, client_id: undefined }),
    status: 400,
    error: "invalid_request",
    code: 900_144,
  },
];

for (const { title, form, status, error, code } of REFUSALS) {
  test(`the authority refuses ${title} with AADSTS${code}`, async () => {
    const { tenant } = sandbox;
    const { clientId, secret } = knownApplication();
    const good = {
      grant_type: "client_credentials",
      client_id: clientId,
      client_secret: secret,
      scope: ARM_SCOPE,
    };
    const reply = await sandbox.post(
      `/${tenant.tenantId}/oauth2/v2.0/token`,
      new URLSearchParams(
        Object.entries(form(good)).flatMap(([name, value]): [string, string][] =>
          value === undefined ? [] : [[name, value]],
        ),
      ),
    );
    assert.equal(reply.status, status);
    assert.equal(reply.body["error"], error);
    assert.deepEqual(reply.body["error_codes"], [code]);
    assert.match(String(reply.body["error_description"]), new RegExp(`^AADSTS${code}: `));
    assert.ok(!JSON.stringify(reply.body).includes(secret));
  });
}

test("another tenant than the sandbox's own is not found", async () => {
  const reply = await sandbox.call(
    "GET",
    `${sandbox.tenant.origin}/contoso.com/v2.0/.well-known/openid-configuration`,
  );
  assert.equal(reply.status, 400);
  assert.deepEqual(reply.body["error_codes"], [90_002]);
});

test("the keys that the authority publishes are those that its tokens are signed with", async () => {
  const { tenant } = sandbox;
  const about = await sandbox.call(
    "GET",
    `${tenant.origin}/${tenant.tenantId}/v2.0/.well-known/openid-configuration`,
  );
  const keys = await sandbox.call("GET", String(about.body["jwks_uri"]));
  const [key] = keys.body["keys"] as readonly JsonWebKey[];
  assert.ok(key);
  const imported = await subtle.importKey(
    "jwk",
    key,
    { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
    false,
    ["verify"],
  );
  const [header = "", claims = "", signature = ""] = sandbox.token().split(".");
  const isRight = await subtle.verify(
    "RSASSA-PKCS1-v1_5",
    imported,
    Buffer.from(signature, "base64url"),
    Buffer.from(`${header}.${claims}`),
  );
  assert.ok(isRight);
});

test("the identity of the host gets tokens with the header only", async () => {
  const { tenant } = sandbox;
  const url = `${tenant.identityEndpoint}?api-version=2019-08-01&resource=https://database.windows.net/`;
  const headers = { "x-identity-header": tenant.identityHeader };
  const answer = await fetch(url, { headers });
  const body = (await answer.json()) as Record<string, string>;
  const claims = tenant.issuer.verify(body["access_token"] ?? "");
  assert.ok(!("refused" in claims) && claims.audience === "https://database.windows.net");
  assert.equal((await fetch(url)).status, 401);
  assert.equal((await fetch(`${url}&client_id=unknown`, { headers })).status, 400);
});
