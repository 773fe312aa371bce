import { parseByteCount } from "../../../core/kit/bytes.ts";
import type { BlobStore } from "../../../core/storage/blob-store.ts";
import { cached } from "../../../core/storage/cached.ts";
import { faulty } from "../../../core/storage/faulty.ts";
import { limited } from "../../../core/storage/limited.ts";
import { prefixed } from "../../../core/storage/prefixed.ts";
import { retrying } from "../../../core/storage/retrying.ts";
import { openBlobContainer } from "../../../providers/azure/blob/open-container.ts";
import { testTiers } from "../../conformance/blob-store.ts";
import { startFakeBlobService } from "../../support/fake-blob-service.ts";
import { createHandClock } from "../../support/hand-clock.ts";
import { memoryStore } from "../../support/vault.ts";

const { clock, sleep } = createHandClock();
const retry = { clock, sleep, random: () => 0 };
const noCopies = { limit: parseByteCount(0), prefix: "packs/", onTrouble: () => undefined };

const WRAPPERS: Readonly<Record<string, (store: BlobStore) => BlobStore>> = {
  "a retrying": (store) => retrying(store, retry),
  "a retrying and faulty": (store) =>
    retrying(
      faulty(store, ({ number }) => (number % 2 === 1 ? "after" : "none")),
      retry,
    ),
  "a limited": (store) => limited(store, { bytesPerSecond: 1000, clock, sleep }),
  "a part of a": (store) => prefixed(store, "one/"),
  "a cached": (store) => cached(store, memoryStore(), noCopies),
};

for (const [title, wrap] of Object.entries(WRAPPERS)) {
  testTiers(`${title} store with tiers`, async () => {
    const service = await startFakeBlobService();
    const close = () => service[Symbol.asyncDispose]();
    return { store: wrap(openBlobContainer(service.place)), [Symbol.asyncDispose]: close };
  });
}
