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

/** STORE_FAILED: the span of a `get` reaches past the end of the blob. */
export function spanPastEnd(name: string, size: number): DiagnosticError {
  return failure({
    code: "STORE_FAILED",
    summary: "Read past the end of a blob",
    detail: `The blob ${name} holds ${size} bytes, fewer than were asked for. It is shorter than when it was written.`,
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
