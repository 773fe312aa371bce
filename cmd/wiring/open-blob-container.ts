import type { BlobContainer } from "../../core/storage/blob-container.ts";
import type { BlobStore } from "../../core/storage/blob-store.ts";
import { createRepeat, retrying } from "../../core/storage/retrying.ts";
import { AZURE_RETRY } from "./azure-retry.ts";

/** A container of Azure Blob Storage, tried patiently. Loads the SDK, which takes 115 ms. */
export async function openBlobContainer(place: BlobContainer): Promise<BlobStore> {
  const azure = await import("../../providers/azure/blob/open-container.ts");
  const repeat = createRepeat(AZURE_RETRY);
  return retrying(azure.openBlobContainer(place, { repeat }), AZURE_RETRY);
}
