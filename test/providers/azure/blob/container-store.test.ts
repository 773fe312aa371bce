import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import { AnonymousCredential, ContainerClient } from "@azure/storage-blob";
import type { Code } from "../../../../core/diagnostics/codes.ts";
import { type BlobStore, parseBlobName } from "../../../../core/storage/blob-store.ts";
import { createRepeat, retrying } from "../../../../core/storage/retrying.ts";
import { createContainerStore } from "../../../../providers/azure/blob/container-store.ts";
import { openBlobContainer } from "../../../../providers/azure/blob/open-container.ts";
import { testBlobStore, testTiers } from "../../../conformance/blob-store.ts";
import {
  type Disturbance,
  type FakeBlobService,
  startFakeBlobService,
} from "../../../support/fake-blob-service.ts";
import { createHandClock } from "../../../support/hand-clock.ts";
import { withCode } from "../../../support/with-code.ts";

const NAME = parseBlobName("packs/ab/abcd");
const OTHER = parseBlobName("packs/ab/other");

/** Blocks of 64 KiB, so that small tests take the way of large blobs. */
function stagingStore({ place }: FakeBlobService): BlobStore {
  const { accountUrl, container } = place;
  const address = `${accountUrl}/${container}?sig=x`;
  const options = { retryOptions: { maxTries: 1 } };
  const client = new ContainerClient(address, new AnonymousCredential(), options);
  const nonce = () => randomBytes(16).toString("hex");
  return createContainerStore(client, { accountUrl, container, nonce, singlePutLimit: 65_536 });
}

function patient(service: FakeBlobService) {
  const { clock, sleep, sleeps } = createHandClock();
  const options = { clock, sleep, random: () => 0.5 };
  const store = openBlobContainer(service.place, { repeat: createRepeat(options) });
  return { store: retrying(store, options), sleeps };
}

testBlobStore("a container of a fake service", async () => {
  const service = await startFakeBlobService();
  const close = () => service[Symbol.asyncDispose]();
  return { store: openBlobContainer(service.place), [Symbol.asyncDispose]: close };
});

testTiers("a container of a fake service", async () => {
  const service = await startFakeBlobService();
  const close = () => service[Symbol.asyncDispose]();
  return { store: openBlobContainer(service.place), [Symbol.asyncDispose]: close };
});

testBlobStore("a container whose blobs are staged in blocks", async () => {
  const service = await startFakeBlobService();
  const close = () => service[Symbol.asyncDispose]();
  return { store: stagingStore(service), [Symbol.asyncDispose]: close };
});

describe("a put", () => {
  it("is one request up to the limit, and blocks and a list above it", async () => {
    await using service = await startFakeBlobService();
    const store = stagingStore(service);
    await store.put(NAME, [Buffer.alloc(65_536)]);
    assert.equal(service.requests.length, 1);
    await store.put(OTHER, [Buffer.alloc(65_536), Buffer.alloc(1)]);
    const kinds = service.requests.slice(1).map(({ query }) => query.get("comp"));
    assert.deepEqual(kinds, ["block", "block", "blocklist"]);
  });

  it("whose block fails shows nothing and sends no list", async () => {
    await using service = await startFakeBlobService();
    service.disturb = ({ number }) =>
      number === 3 ? { kind: "status", status: 500, code: "InternalError" } : undefined;
    const parts = [Buffer.alloc(65_536 * 8)];
    await assert.rejects(stagingStore(service).put(NAME, parts), withCode("STORE_BUSY"));
    assert.equal(service.account.blobs.size, 0);
    assert.ok(service.requests.every(({ query }) => query.get("comp") === "block"));
  });

  it("that is aborted under way rejects with the signal's reason", async () => {
    await using service = await startFakeBlobService();
    const controller = new AbortController();
    service.disturb = () => {
      controller.abort(new Error("stopped"));
      return { kind: "stalled" };
    };
    const { signal } = controller;
    const store = openBlobContainer(service.place);
    await assert.rejects(store.put(NAME, [], { signal }), /stopped/);
    assert.equal(service.account.blobs.size, 0);
  });

  it("whose answer was lost is known again as its own", async () => {
    await using service = await startFakeBlobService();
    service.disturb = ({ number }) => (number === 1 ? { kind: "lost" } : undefined);
    const { store } = patient(service);
    const info = await store.put(NAME, [Buffer.from("own "), Buffer.from("bytes")]);
    assert.equal(info.size, 9);
  });

  it("whose answer was lost is not taken for another's blob", async () => {
    await using service = await startFakeBlobService();
    service.disturb = ({ number }) => {
      if (number !== 1) return undefined;
      service.account.put(NAME, Buffer.from("theirs"), true);
      return { kind: "status", status: 503 };
    };
    const { store } = patient(service);
    await assert.rejects(store.put(NAME, [Buffer.from("own ok")]), withCode("STORE_EXISTS"));
    assert.equal(Buffer.from(await store.get(NAME)).toString(), "theirs");
  });
});

const TROUBLES: readonly (readonly [Disturbance, Code])[] = [
  [{ kind: "status", status: 429, code: "TooManyRequests" }, "STORE_BUSY"],
  [{ kind: "status", status: 500, code: "InternalError" }, "STORE_BUSY"],
  [{ kind: "status", status: 503, code: "ServerBusy" }, "STORE_BUSY"],
  [{ kind: "lost" }, "STORE_UNREACHABLE"],
];

describe("trouble that passes", () => {
  for (const [trouble, code] of TROUBLES) {
    const what = trouble.kind === "status" ? trouble.status : trouble.kind;
    it(`(${what}) is ${code}, and every call outlives it by trying again`, async () => {
      await using service = await startFakeBlobService();
      let isTroubled = false;
      service.disturb = () => {
        isTroubled = !isTroubled;
        return isTroubled ? trouble : undefined;
      };
      await assert.rejects(openBlobContainer(service.place).get(NAME), withCode(code));
      isTroubled = false;
      const { store } = patient(service);
      for (let at = 0; at < 4; at += 1) {
        await store.put(parseBlobName(`packs/${at}`), [Buffer.from("abc")]);
      }
      assert.equal(Buffer.from(await store.get(parseBlobName("packs/0"))).toString(), "abc");
      assert.equal((await Array.fromAsync(store.list("packs/"))).length, 4);
      await store.remove(parseBlobName("packs/0"));
      assert.equal(await store.head(parseBlobName("packs/0")), undefined);
    });
  }

  it("is also a body that breaks in its middle", async () => {
    await using service = await startFakeBlobService();
    const bytes = randomBytes(300_000);
    await openBlobContainer(service.place).put(NAME, [bytes]);
    service.disturb = ({ number }) => (number < 4 ? { kind: "truncated" } : undefined);
    await assert.rejects(openBlobContainer(service.place).get(NAME), withCode("STORE_UNREACHABLE"));
    assert.equal(Buffer.compare(await patient(service).store.get(NAME), bytes), 0);
  });

  it("is waited for as long as the service asks", async () => {
    await using service = await startFakeBlobService();
    const headers = [{ "retry-after": "7" }, { "x-ms-retry-after-ms": "1234" }];
    service.disturb = ({ number }) => {
      const asked = headers[number - 1];
      return asked && { kind: "status", status: 429, headers: asked };
    };
    const { store, sleeps } = patient(service);
    assert.equal(await store.head(NAME), undefined);
    assert.deepEqual(sleeps, [7000, 1234]);
  });

  it("is told as unreachable when nobody listens", async () => {
    const service = await startFakeBlobService();
    await service[Symbol.asyncDispose]();
    const store = openBlobContainer(service.place);
    await assert.rejects(store.head(NAME), withCode("STORE_UNREACHABLE", "ECONNREFUSED"));
  });
});

const REFUSALS: readonly (readonly [number, string, Code])[] = [
  [403, "AuthenticationFailed", "STORE_SIGN_IN_FAILED"],
  [401, "NoAuthenticationInformation", "STORE_SIGN_IN_FAILED"],
  [403, "KeyBasedAuthenticationNotPermitted", "STORE_SIGN_IN_FAILED"],
  [403, "AuthorizationPermissionMismatch", "STORE_NOT_READABLE"],
  [404, "ContainerNotFound", "STORE_CONTAINER_MISSING"],
  [400, "InvalidHeaderValue", "STORE_REFUSED"],
];

it("an answer that waiting does not mend is given at once, without the secret", async () => {
  for (const [status, code, expected] of REFUSALS) {
    await using service = await startFakeBlobService();
    service.disturb = () => ({ kind: "status", status, code });
    const { store, sleeps } = patient(service);
    await assert.rejects(store.head(NAME), (error: Error) => {
      assert.ok(!error.message.includes("bm9uZQ"), error.message);
      return withCode(expected)(error);
    });
    assert.deepEqual(sleeps, []);
  }
});

describe("blobs that may not be removed", () => {
  it("are protected until their policy ends", async () => {
    let now = Date.UTC(2026, 0, 1);
    await using service = await startFakeBlobService({ now: () => now });
    const store = openBlobContainer(service.place);
    await store.put(NAME, [Buffer.from("kept")]);
    service.account.protect(NAME, { until: now + 86_400_000 });
    await assert.rejects(store.remove(NAME), withCode("STORE_IMMUTABLE", "policy"));
    await assert.rejects(store.put(NAME, []), withCode("STORE_EXISTS"));
    assert.equal(Buffer.from(await store.get(NAME)).toString(), "kept");
    now += 86_400_001;
    await store.remove(NAME);
    assert.equal(await store.head(NAME), undefined);
  });

  it("are protected while somebody holds them", async () => {
    await using service = await startFakeBlobService();
    const store = openBlobContainer(service.place);
    await store.put(NAME, []);
    service.account.protect(NAME, { legalHold: true });
    await assert.rejects(store.remove(NAME), withCode("STORE_IMMUTABLE", "legal hold"));
    service.account.protect(NAME, {});
    await store.remove(NAME);
  });

  it("are gone for every reader once they are softly deleted, and their name is free", async () => {
    await using service = await startFakeBlobService({ softDelete: true });
    const store = openBlobContainer(service.place);
    await store.put(NAME, [Buffer.from("old")]);
    await store.remove(NAME);
    assert.deepEqual(service.account.softDeleted, [NAME]);
    assert.deepEqual(await Array.fromAsync(store.list("")), []);
    await store.remove(NAME);
    await store.put(NAME, [Buffer.from("new")]);
    assert.equal(Buffer.from(await store.get(NAME)).toString(), "new");
  });
});

it("a blob comes back from the archive after its time, and asking twice is no error", async () => {
  let now = Date.UTC(2026, 0, 1);
  const hours = 3_600_000;
  await using service = await startFakeBlobService({ now: () => now, rehydration: 15 * hours });
  const store = openBlobContainer(service.place);
  await store.put(NAME, [Buffer.from("abc")]);
  await store.setTier(NAME, "archive");
  await store.setTier(NAME, "hot");
  now += 14 * hours;
  await store.setTier(NAME, "hot");
  const [listed] = await Array.fromAsync(store.list(""));
  for (const info of [await store.head(NAME), listed]) {
    assert.deepEqual([info?.tier, info?.rehydratingTo], ["archive", "hot"]);
  }
  const how = `--container-name vault --name ${NAME} --tier Hot`;
  await assert.rejects(
    store.get(NAME),
    withCode("STORE_ARCHIVED", "az storage blob set-tier", how),
  );
  await assert.rejects(store.setTier(NAME, "cool"), withCode("STORE_ARCHIVED", "on its way"));
  now += 2 * hours;
  assert.equal(Buffer.from(await store.get(NAME)).toString(), "abc");
  assert.equal((await store.head(NAME))?.rehydratingTo, undefined);
});

it("a URL that would show the secret, or holds one, is refused without being quoted", () => {
  const signIn = { kind: "sas", token: "sig=abc" } as const;
  for (const accountUrl of [
    "http://contoso.blob.core.windows.net",
    "https://contoso.blob.core.windows.net?sv=1&sig=hidden",
    "https://user:hidden@contoso.example",
    "hidden",
  ]) {
    const open = () => openBlobContainer({ accountUrl, container: "vault", signIn });
    assert.throws(open, (error: Error) => {
      assert.ok(!error.message.includes("hidden"));
      return withCode("STORE_UNSUPPORTED")(error);
    });
  }
});

it("a secret that cannot be one is refused before a request is made", () => {
  const accountUrl = "https://contoso.blob.core.windows.net";
  for (const signIn of [
    { kind: "sas", token: "https://contoso.example/?sv" },
    { kind: "account_key", account: "contoso", key: "not base64!" },
  ] as const) {
    const open = () => openBlobContainer({ accountUrl, container: "vault", signIn });
    assert.throws(open, withCode("STORE_SIGN_IN_FAILED"));
  }
});

it("an identity to which Entra gives no token is told as a sign-in that failed", async () => {
  const identity = { kind: "workload_identity", tenantId: "t-1", clientId: "c" } as const;
  const accountUrl = "https://contoso.blob.core.windows.net";
  const signIn = { kind: "entra", identity } as const;
  const before = process.env["AZURE_FEDERATED_TOKEN_FILE"];
  process.env["AZURE_FEDERATED_TOKEN_FILE"] = "no-such-file";
  try {
    const store = openBlobContainer({ accountUrl, container: "vault", signIn });
    const failed = withCode("STORE_SIGN_IN_FAILED", "Entra gave no token");
    await assert.rejects(store.head(NAME), failed);
  } finally {
    if (before === undefined) delete process.env["AZURE_FEDERATED_TOKEN_FILE"];
    else process.env["AZURE_FEDERATED_TOKEN_FILE"] = before;
  }
});
