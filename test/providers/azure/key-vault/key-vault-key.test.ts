import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { inspect } from "node:util";
import type { Code } from "../../../../core/diagnostics/codes.ts";
import { DiagnosticError } from "../../../../core/diagnostics/diagnostic.ts";
import { toInstant } from "../../../../core/kit/clock.ts";
import { createRepeat, type Repeat } from "../../../../core/storage/retrying.ts";
import { openKeyVaultKey } from "../../../../providers/azure/key-vault/open-key-vault-key.ts";
import {
  FAKE_TOKEN,
  type FakeKeyVault,
  type FakeTrouble,
  startFakeKeyVault,
} from "../../../support/fake-key-vault.ts";
import { withCode } from "../../../support/with-code.ts";

const SECRET = Buffer.from("c0ffee".padEnd(64, "0"), "hex");
const once: Repeat = (call) => call();

let fake: FakeKeyVault;
before(async () => {
  fake = await startFakeKeyVault();
  fake.addVersion("holdfast");
});
after(() => fake[Symbol.asyncDispose]());
beforeEach(() => {
  fake.trouble = undefined;
  fake.calls.length = 0;
  for (const operation of ["get", "wrapkey", "unwrapkey"]) fake.allowed.add(operation);
  for (const version of fake.versionsOf("holdfast"))
    Object.assign(version, { enabled: true, expired: false });
});

function open(key = fake.keyOf("holdfast"), repeat = once, token = FAKE_TOKEN) {
  const credential = { getToken: async () => ({ token, expiresOnTimestamp: Date.now() + 60_000 }) };
  return openKeyVaultKey({ key, signIn: { kind: "default" } }, { credential, repeat });
}

test("a key wraps by its newest version, and unwraps what older versions wrapped", async () => {
  const key = await open();
  const old = await key.wrap(SECRET);
  assert.equal(old.keyId, `${fake.keyOf("holdfast")}/${fake.versionsOf("holdfast")[0]?.id}`);
  assert.equal(old.algorithm, "RSA-OAEP-256");
  const version = fake.addVersion("holdfast");
  const young = await key.wrap(SECRET);
  assert.equal(young.keyId, `${fake.keyOf("holdfast")}/${version}`);
  for (const wrapped of [old, young])
    assert.deepEqual(Buffer.from(await key.unwrap(wrapped)), SECRET);
  const pinned = await open(old.keyId);
  assert.equal(pinned.keyName, key.keyName);
  assert.equal((await pinned.wrap(SECRET)).keyId, old.keyId);
  assert.deepEqual(Buffer.from(await pinned.unwrap(young)), SECRET);
});

test("opening a vault asks for one thing only: to unwrap", async () => {
  const key = await open();
  const wrapped = await key.wrap(SECRET);
  fake.calls.length = 0;
  fake.allowed.delete("get");
  fake.allowed.delete("wrapkey");
  await key.unwrap(wrapped);
  assert.deepEqual(fake.calls, [`POST unwrapkey ${wrapped.keyId.split("/").at(-1)}`]);
});

/** What the service answers, and what the message must say. */
const TROUBLES: readonly (readonly [FakeTrouble, code: Code, says: string])[] = [
  [
    { status: 403, code: "Forbidden", inner: "ForbiddenByRbac" },
    "KEY_VAULT_FORBIDDEN",
    "permission unwrapKey",
  ],
  [
    { status: 403, code: "Forbidden", inner: "AccessDenied" },
    "KEY_VAULT_FORBIDDEN",
    "az keyvault set-policy",
  ],
  [
    { status: 403, code: "Forbidden", inner: "ForbiddenByFirewall" },
    "KEY_VAULT_FORBIDDEN",
    "network-rule add",
  ],
  [
    { status: 403, code: "Forbidden", inner: "KeyDisabled" },
    "KEY_VAULT_KEY_UNUSABLE",
    "--enabled true",
  ],
  [{ status: 404, code: "KeyNotFound" }, "KEY_VAULT_KEY_MISSING", "az keyvault key recover"],
  [{ status: 401, code: "Unauthorized" }, "KEY_VAULT_SIGN_IN_FAILED", "tenant_id"],
  [{ status: 429, code: "Throttled" }, "KEY_VAULT_BUSY", "429 Throttled"],
  [{ status: 503, code: "ServiceUnavailable" }, "KEY_VAULT_BUSY", "later"],
  [{ status: 400, code: "BadParameter" }, "KEY_VAULT_REFUSED", "BadParameter"],
];

test("each refusal of the service is told with what mends it, and without the words of the service", async () => {
  const key = await open();
  const wrapped = await key.wrap(SECRET);
  for (const [trouble, code, says] of TROUBLES) {
    fake.trouble = { ...trouble };
    await assert.rejects(key.unwrap(wrapped), (error) => {
      withCode(code, says)(error);
      withCode(code, "0000-fake")(error);
      assert.ok(error instanceof DiagnosticError && !error.diagnostic.detail.includes("Words of"));
      return true;
    });
  }
});

test("what the key itself forbids is told: disabled, expired, deleted, no permission", async () => {
  const key = await open();
  const wrapped = await key.wrap(SECRET);
  const [version] = fake.versionsOf("holdfast").slice(-1);
  assert.ok(version !== undefined);
  version.enabled = false;
  await assert.rejects(key.unwrap(wrapped), withCode("KEY_VAULT_KEY_UNUSABLE", version.id));
  await assert.rejects(key.wrap(SECRET), withCode("KEY_VAULT_KEY_UNUSABLE", "disabled"));
  Object.assign(version, { enabled: true, expired: true });
  await assert.rejects(key.wrap(SECRET), withCode("KEY_VAULT_KEY_UNUSABLE", "expired"));
  assert.deepEqual(Buffer.from(await key.unwrap(wrapped)), SECRET);
  version.expired = false;
  for (const [operation, permission] of [
    ["get", "permission get"],
    ["wrapkey", "permission wrapKey"],
  ] as const) {
    fake.allowed.delete(operation);
    await assert.rejects(key.wrap(SECRET), withCode("KEY_VAULT_FORBIDDEN", permission));
    fake.allowed.add(operation);
  }
  const other = await open(fake.keyOf("lost"));
  await assert.rejects(other.wrap(SECRET), withCode("KEY_VAULT_KEY_MISSING", "no key lost"));
  await assert.rejects(other.unwrap(wrapped), withCode("KEY_VAULT_KEY_UNUSABLE", "is not the key"));
});

test("trouble that passes is waited out, as long as the service asks for", async () => {
  const waits: number[] = [];
  const clock = { now: () => toInstant(Date.UTC(2026, 0, 1)) };
  const sleep = async (milliseconds: number) => void waits.push(milliseconds);
  const key = await open(undefined, createRepeat({ clock, sleep, random: () => 0 }));
  const wrapped = await key.wrap(SECRET);
  fake.trouble = { status: 429, code: "Throttled", retryAfter: 7, times: 2 };
  assert.deepEqual(Buffer.from(await key.unwrap(wrapped)), SECRET);
  assert.deepEqual(waits, [7000, 7000]);
});

test("no network, no token and a wrong token are told apart", async () => {
  const wrapped = await (await open()).wrap(SECRET);
  const wrong = await open(undefined, once, "another");
  await assert.rejects(
    wrong.unwrap(wrapped),
    withCode("KEY_VAULT_SIGN_IN_FAILED", "did not accept"),
  );
  const gone = await startFakeKeyVault();
  await gone[Symbol.asyncDispose]();
  const deaf = await open(gone.keyOf("holdfast"));
  await assert.rejects(deaf.wrap(SECRET), withCode("KEY_VAULT_UNREACHABLE", "ECONNREFUSED"));
  const credential = {
    getToken: async () => {
      throw new Error("AADSTS7000215: Invalid client secret provided: hunter2");
    },
  };
  const place = { key: fake.keyOf("holdfast"), signIn: { kind: "default" } } as const;
  const secretive = await openKeyVaultKey(place, { credential, repeat: once });
  await assert.rejects(secretive.wrap(SECRET), (error) => {
    withCode("KEY_VAULT_SIGN_IN_FAILED", "AADSTS7000215")(error);
    assert.ok(!inspect(error, { depth: 9 }).includes("hunter2"));
    return true;
  });
});

test("no error holds a token, the secret or what it was wrapped into", async () => {
  const key = await open();
  const wrapped = await key.wrap(SECRET);
  const forbidden = [SECRET, Buffer.from(wrapped.bytes)].flatMap((bytes) =>
    (["hex", "base64", "base64url"] as const).map((form) => bytes.toString(form)),
  );
  for (const trouble of [...TROUBLES.map(([each]) => each), { status: 200, code: "" }]) {
    fake.trouble = { ...trouble };
    for (const call of [() => key.unwrap(wrapped), () => key.wrap(SECRET)]) {
      await assert.rejects(call(), (error) => {
        const text = inspect(error, { depth: 20, showHidden: true });
        for (const each of [...forbidden, FAKE_TOKEN]) assert.ok(!text.includes(each), text);
        return error instanceof DiagnosticError;
      });
    }
  }
});

test("a stop is obeyed in the middle of a call", async () => {
  const key = await open(undefined, (call, { signal }) => {
    signal?.throwIfAborted();
    return call();
  });
  const wrapped = await key.wrap(SECRET);
  await assert.rejects(key.unwrap(wrapped, { signal: AbortSignal.abort() }), {
    name: "AbortError",
  });
});

test("only hosts of Azure, and this machine, are asked with a token", async () => {
  for (const key of [
    "https://contoso.example.com/keys/holdfast",
    "https://vault.azure.net/keys/holdfast",
    "https://contoso.vault.azure.net.example.com/keys/holdfast",
    "http://contoso.vault.azure.net/keys/holdfast",
    "https://contoso.vault.azure.net/secrets/holdfast",
    "https://user:pw@contoso.vault.azure.net/keys/holdfast",
    "https://contoso.vault.azure.net/keys/holdfast?x=1",
    "holdfast",
  ]) {
    await assert.rejects(open(key), withCode("CONFIG_INVALID_VALUE"), key);
  }
  for (const key of [
    "https://contoso.vault.azure.net/keys/holdfast",
    "https://contoso.vault.azure.net/keys/holdfast/0123456789abcdef0123456789abcdef",
    "https://contoso.managedhsm.azure.net/keys/holdfast",
    "https://contoso.vault.usgovcloudapi.net/keys/holdfast",
  ]) {
    assert.ok((await open(key)).keyName.endsWith("/keys/holdfast"));
  }
});
