import { hasCode } from "../diagnostics/caught.ts";
import type { Abortable, BlobName, BlobStore, GetOptions } from "../storage/blob-store.ts";
import { Damage } from "./format/damage.ts";
import { NotListing } from "./format/not-listing.ts";

/** A blob, or a span of it, that must be there. Throws Damage when it is missing. */
export async function fetchBlob(
  store: BlobStore,
  name: BlobName,
  options: GetOptions,
): Promise<Uint8Array> {
  try {
    return await store.get(name, options);
  } catch (error) {
    if (hasCode(error, "STORE_NOT_FOUND")) throw new Damage(name, "is missing", { cause: error });
    throw error;
  }
}

/** Whether it is the Damage of a blob that is not there, though it was listed or named. */
export function isMissing(error: unknown): boolean {
  return error instanceof Damage && hasCode(error.cause, "STORE_NOT_FOUND");
}

/** Whether what was to be read is damaged, gone or in the archive: then who could do without it does. */
export function isOutOfReach(error: unknown): boolean {
  const isWrong = error instanceof Damage || error instanceof NotListing;
  return isWrong || hasCode(error, "STORE_ARCHIVED");
}

/** Undefined when the blob is gone. */
export async function tryGet(
  store: BlobStore,
  name: BlobName,
  options: Abortable,
): Promise<Uint8Array | undefined> {
  try {
    return await store.get(name, options);
  } catch (error) {
    if (hasCode(error, "STORE_NOT_FOUND")) return undefined;
    throw error;
  }
}

/** False while a policy or a legal hold protects the blob. */
export async function removeUnlessProtected(
  store: BlobStore,
  name: BlobName,
  options: Abortable,
): Promise<boolean> {
  try {
    await store.remove(name, options);
    return true;
  } catch (error) {
    if (hasCode(error, "STORE_IMMUTABLE")) return false;
    throw error;
  }
}
