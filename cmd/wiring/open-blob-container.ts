import { setTimeout } from "node:timers/promises";
import { toInstant } from "../../core/kit/clock.ts";
import type { BlobContainer } from "../../core/storage/blob-container.ts";
import type { BlobStore } from "../../core/storage/blob-store.ts";
import { createRepeat, type RetryOptions, retrying } from "../../core/storage/retrying.ts";

const RETRY: RetryOptions = {
  clock: { now: () => toInstant(Date.now()) },
  sleep: (milliseconds, { signal }) => setTimeout(milliseconds, undefined, { signal }),
  random: () => Math.random(),
};

/** A container of Azure Blob Storage, tried patiently. Loads the SDK, which takes 115 ms. */
export async function openBlobContainer(place: BlobContainer): Promise<BlobStore> {
  const azure = await import("../../providers/azure/blob/open-container.ts");
  return retrying(azure.openBlobContainer(place, { repeat: createRepeat(RETRY) }), RETRY);
}
