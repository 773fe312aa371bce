import { DiagnosticError } from "../../diagnostics/diagnostic.ts";
import type { Abortable } from "../../storage/blob-store.ts";
import type { Lease } from "./lease.ts";

/**
 * Renews the lease of who only reads, when that is due; of who reads without one, nothing. A store that takes no writes any more can still be read: at worst
 * collectors wait no longer, and what they take away is told as an error.
 */
export async function tryKeep(lease: Lease | undefined, { signal }: Abortable = {}): Promise<void> {
  try {
    await lease?.keep({ signal });
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof DiagnosticError)) throw error;
  }
}
