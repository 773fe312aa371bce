import type { Abortable } from "../../storage/blob-store.ts";
import { parseBlobId } from "../format/blob-names.ts";
import type { PackSet } from "../index/stored-packs.ts";
import type { VaultAccess } from "../vault-access.ts";
import { type Lease, takeLease } from "./lease.ts";
import { listMarks, markedBy } from "./marks.ts";

interface WriterRights {
  readonly lease: Lease;
  readonly marked: PackSet;
  /** Blobs. */
  readonly unreadableMarks: readonly string[];
}

/** VAULT_KEY_OUTDATED for a key that was replaced before the vault was opened. */
export function requireNewestKey({ ring }: VaultAccess): void {
  if (ring.outdated !== undefined) throw ring.outdated;
}

/** A writer's right to be waited for, and the packs that it must not rely on: none at all while a mark cannot be read. The order is what makes it safe: the lease, the marks, and only then the packs. */
export async function beginWriting(access: VaultAccess, options: Abortable): Promise<WriterRights> {
  requireNewestKey(access);
  const holder = parseBlobId(access.randomBytes(16));
  const lease = await takeLease(access, { holder, kind: "writer", point: undefined }, options);
  try {
    const found = await listMarks(access, options);
    const seen = [...found.marks, ...found.unreadable].map(({ id }) => id);
    await lease.announce(seen, options);
    const unreadableMarks = found.unreadable.map(({ damage }) => damage.blob);
    return { lease, marked: markedBy(found), unreadableMarks };
  } catch (error) {
    await lease[Symbol.asyncDispose]();
    throw error;
  }
}
