import assert from "node:assert/strict";
import { test } from "node:test";
import { AnonymousCredential, ContainerClient } from "@azure/storage-blob";
import { parseBlobName } from "../../../../core/storage/blob-store.ts";
import { createRepeat, retrying } from "../../../../core/storage/retrying.ts";
import { createVault, openVault } from "../../../../core/vault/vault.ts";
import { createContainerStore } from "../../../../providers/azure/blob/container-store.ts";
import {
  type Disturbance,
  type FakeBlobService,
  startFakeBlobService,
} from "../../../support/fake-blob-service.ts";
import { createHandClock } from "../../../support/hand-clock.ts";
import {
  addPoint,
  digests,
  type ObjectBytes,
  readPoint,
  seededBytes,
  TEST_KEY,
  vaultOptions,
} from "../../../support/vault.ts";
import { withCode } from "../../../support/with-code.ts";

/** Longer than any answer of this machine to itself takes. */
const DEADLINE_MS = 400;

/** A patient store with blocks of 256 KiB, which gives a silent connection up soon; waits take no time. */
function storeOn({ place }: FakeBlobService) {
  const { clock, sleep, sleeps } = createHandClock();
  const retry = { clock, sleep, random: () => 0.5 };
  const { accountUrl, container } = place;
  const client = new ContainerClient(
    `${accountUrl}/${container}?sig=x`,
    new AnonymousCredential(),
    {
      retryOptions: { maxTries: 1 },
    },
  );
  const nonces = seededBytes("nonce");
  const store = createContainerStore(client, {
    accountUrl,
    container,
    nonce: () => Buffer.from(nonces(16)).toString("hex"),
    singlePutLimit: 262_144,
    deadline: () => AbortSignal.timeout(DEADLINE_MS),
    repeat: createRepeat(retry),
  });
  return { store: retrying(store, retry), sleeps };
}

const TROUBLES: readonly Disturbance[] = [
  { kind: "status", status: 429, code: "TooManyRequests", headers: { "retry-after": "3" } },
  { kind: "status", status: 500, code: "InternalError" },
  { kind: "status", status: 503, code: "ServerBusy" },
  { kind: "truncated" },
  { kind: "lost" },
];

/** Every third request or so goes wrong, in turn in each way; two are never answered. */
function trouble(seed: string): FakeBlobService["disturb"] {
  const random = seededBytes(seed);
  let stalls = 2;
  let troubles = 0;
  return () => {
    const [dice = 0] = random(1);
    if (dice > 85) return undefined;
    troubles += 1;
    if (troubles % 7 === 0 && stalls > 0) {
      stalls -= 1;
      return { kind: "stalled" };
    }
    return TROUBLES[troubles % TROUBLES.length];
  };
}

test("a vault outlives a service that throttles, fails, breaks off, is silent and loses answers", async () => {
  const random = seededBytes("service");
  const objects: ObjectBytes = {
    rows: Array.from({ length: 6 }, () => random(300_000)),
    more: Array.from({ length: 50 }, () => random(100)),
  };
  for (const seed of ["one", "two"]) {
    await using service = await startFakeBlobService();
    service.disturb = trouble(seed);
    const { store, sleeps } = storeOn(service);
    await using vault = await createVault(store, TEST_KEY, vaultOptions(seed));
    const changed = { ...objects, more: [random(400_000)] };
    const first = await addPoint(vault, objects);
    const second = await addPoint(vault, changed);
    const again = await openVault(store, TEST_KEY, vaultOptions("again"));
    assert.deepEqual(digests(await readPoint(again, first.id)), digests(objects));
    assert.deepEqual(digests(await readPoint(again, second.id)), digests(changed));
    const { problems } = await again.verify({ readData: 1 });
    assert.deepEqual(problems, []);
    assert.ok(sleeps.length > 10, `only ${sleeps.length} of ${service.requests.length} failed`);
  }
});

test("a service that never answers is given up, and told as unreachable", async () => {
  await using service = await startFakeBlobService();
  service.disturb = () => ({ kind: "stalled" });
  const { accountUrl, container } = service.place;
  const client = new ContainerClient(`${accountUrl}/${container}?sig=x`, new AnonymousCredential());
  const store = createContainerStore(client, {
    accountUrl,
    container,
    nonce: () => "0".repeat(32),
    deadline: () => AbortSignal.timeout(20),
  });
  const name = parseBlobName("config");
  await assert.rejects(store.head(name), withCode("STORE_UNREACHABLE"));
  await assert.rejects(store.put(name, [Buffer.alloc(9)]), withCode("STORE_UNREACHABLE"));
  await assert.rejects(Array.fromAsync(store.list("")), withCode("STORE_UNREACHABLE"));
});
