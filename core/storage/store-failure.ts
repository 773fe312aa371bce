import { type DiagnosticError, failure } from "../diagnostics/diagnostic.ts";

/** STORE_NOT_FOUND for the blob `name`. */
export function blobNotFound(name: string, cause?: unknown): DiagnosticError {
  return failure(
    {
      code: "STORE_NOT_FOUND",
      summary: "Blob not found",
      detail: `The store has no blob ${name}. It was removed, or it was never written.`,
    },
    cause,
  );
}

/** STORE_EXISTS for the blob `name`. */
export function blobExists(name: string, cause?: unknown): DiagnosticError {
  return failure(
    {
      code: "STORE_EXISTS",
      summary: "Blob exists already",
      detail: `The store has a blob ${name} already. Blobs are written once, so the old one was left as it is.`,
    },
    cause,
  );
}

/** STORE_TOO_SHORT: the span of a `get` reaches past the end of the blob. */
export function spanPastEnd(name: string, size: number): DiagnosticError {
  return failure({
    code: "STORE_TOO_SHORT",
    summary: "Read past the end of a blob",
    detail: `The blob ${name} holds ${size} bytes, fewer than were asked for. It is shorter than when it was written. Find out what that affects:\n\n    holdfast verify`,
  });
}

/** STORE_NOT_WRITABLE for a change that a store does not allow. */
export function storeNotWritable(what: string, cause?: unknown): DiagnosticError {
  return failure(
    {
      code: "STORE_NOT_WRITABLE",
      summary: "Store not writable",
      detail: `${what} Nothing was changed. Give the account that runs Holdfast the right to write there, or choose another place.`,
    },
    cause,
  );
}

/** STORE_ARCHIVED for a blob that must be brought back before it is read. `remedy` says how, in sentences. */
export function blobArchived(name: string, remedy: string, cause?: unknown): DiagnosticError {
  return failure(
    {
      code: "STORE_ARCHIVED",
      summary: "Blob is archived",
      detail: `The blob ${name} lies in the archive tier, from which nothing can be read. ${remedy}`,
    },
    cause,
  );
}

/** STORE_IMMUTABLE for a blob that `by` (a policy, a legal hold) protects from being removed. */
export function blobImmutable(name: string, by: string, cause?: unknown): DiagnosticError {
  return failure(
    {
      code: "STORE_IMMUTABLE",
      summary: "Blob may not be removed yet",
      detail: `The blob ${name} is protected by ${by}, so it was left as it is. It can be removed once that has ended; its space is used until then.`,
    },
    cause,
  );
}

/** STORE_NOT_IMMUTABLE. `what` is a sentence. */
export function storeNotImmutable(what: string): DiagnosticError {
  return failure({
    code: "STORE_NOT_IMMUTABLE",
    summary: "Blobs are not protected",
    detail: `${what} The configuration asks for blobs that cannot be removed before they are so old, and this store does not keep them. Make a container with version-level immutability support in an account that keeps versions, or leave immutability { days } out.`,
  });
}

/** STORE_NO_TIERS. `place` says which store: `The folder /srv/vault`. */
export function storeHasNoTiers(place: string): DiagnosticError {
  return failure({
    code: "STORE_NO_TIERS",
    summary: "Store without tiers",
    detail: `${place} has no access tiers, so nothing can be moved between them. Tiers are of vaults in Azure Blob Storage: leave tiers { cold } out, or keep the vault there.`,
  });
}
