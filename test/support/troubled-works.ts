import assert from "node:assert/strict";
import { AnonymousCredential, ContainerClient } from "@azure/storage-blob";
import type { BlobStore } from "../../core/storage/blob-store.ts";
import { createRepeat, retrying } from "../../core/storage/retrying.ts";
import { createContainerStore } from "../../providers/azure/blob/container-store.ts";
import type { BreakableWork } from "./break-every-call.ts";
import {
  type Disturbance,
  type FakeBlobService,
  startFakeBlobService,
} from "./fake-blob-service.ts";
import { createHandClock } from "./hand-clock.ts";
import { HOUR } from "./turned-clock.ts";
import { turnedStore } from "./turned-store.ts";
import { seededBytes } from "./vault.ts";

/** What a service does that is in trouble, and gets over it. */
export const TROUBLES: readonly Disturbance[] = [
  { kind: "status", status: 429, code: "TooManyRequests", headers: { "retry-after": "3" } },
  { kind: "status", status: 500, code: "InternalError" },
  { kind: "status", status: 503, code: "ServerBusy" },
  { kind: "truncated" },
  { kind: "lost" },
  { kind: "slow" },
];

/** A store with the product's patience, whose waits take no time, and which stages blobs of more than 64 KiB. */
function patientStore({ place }: FakeBlobService, seed: string): BlobStore {
  const { clock, sleep } = createHandClock();
  const retry = { clock, sleep, random: () => 0.5 };
  const { accountUrl, container } = place;
  const address = `${accountUrl}/${container}?sig=x`;
  const options = { retryOptions: { maxTries: 1 } };
  const nonces = seededBytes(seed);
  const store = createContainerStore(
    new ContainerClient(address, new AnonymousCredential(), options),
    {
      accountUrl,
      container,
      nonce: () => Buffer.from(nonces(16)).toString("hex"),
      singlePutLimit: 65_536,
      repeat: createRepeat(retry),
    },
  );
  return retrying(store, retry);
}

/** Does the work while the first try of each request goes wrong: it must succeed, and leave what it leaves without trouble. */
export async function doInTrouble(work: BreakableWork, trouble: Disturbance): Promise<number> {
  const attempt = await work.begin();
  await using service = await startFakeBlobService();
  const store = turnedStore(patientStore(service, trouble.kind));
  for (const [name, bytes] of attempt.blobs) await store.put(name, [bytes]);
  store.turn(2 * HOUR);
  let requests = 0;
  const tries = new Map<string, number>();
  service.disturb = ({ method, name, query }) => {
    requests += 1;
    // Only reads have a body that can be cut.
    if (trouble.kind === "truncated" && method !== "GET") return undefined;
    const key = `${method} ${name} ${query.toString()}`;
    const before = tries.get(key) ?? 0;
    tries.set(key, before + 1);
    return before === 0 ? trouble : undefined;
  };
  await attempt.run(store, { signal: new AbortController().signal, seed: trouble.kind });
  service.disturb = () => undefined;
  await attempt.check(store);
  await attempt.finish(store);
  assert.ok(requests > work.least, `only ${requests} requests`);
  return requests;
}

/** Does the work while the service is in trouble from request `at` on and does not get over it. Gives whether it came so far. */
export async function doUntilOutage(
  work: BreakableWork,
  { at, trouble }: { readonly at: number; readonly trouble: Disturbance },
): Promise<boolean> {
  const attempt = await work.begin();
  await using service = await startFakeBlobService();
  const store = turnedStore(patientStore(service, "outage"));
  for (const [name, bytes] of attempt.blobs) await store.put(name, [bytes]);
  store.turn(2 * HOUR);
  let requests = 0;
  service.disturb = () => {
    requests += 1;
    return requests >= at ? trouble : undefined;
  };
  const { signal } = new AbortController();
  const outcome = attempt.run(store, { signal, seed: "outage" });
  const isOut = await outcome.then(
    () => false,
    () => true,
  );
  service.disturb = () => undefined;
  await attempt.check(store);
  await attempt.run(store, { signal, seed: "again" });
  await attempt.check(store);
  await attempt.finish(store);
  return isOut || requests >= at;
}
