import type { Abortable } from "../../storage/blob-store.ts";
import { type BlobId, parseBlobId } from "../format/blob-names.ts";
import type { VaultAccess } from "../vault-access.ts";
import { type Lease, takeLease } from "./lease.ts";
import { listMarks, packsOf } from "./marks.ts";

/** A writer's right to be waited for, and the packs that it must not rely on. The order is what makes it safe: the lease, the marks, and only then the packs. */
export async function beginWriting(
  access: VaultAccess,
  options: Abortable,
): Promise<{ readonly lease: Lease; readonly marked: ReadonlySet<BlobId> }> {
  const holder = parseBlobId(access.randomBytes(16));
  const lease = await takeLease(access, { holder, kind: "writer", point: undefined }, options);
  try {
    const marks = await listMarks(access, options);
    await lease.announce(
      marks.map(({ id }) => id),
      options,
    );
    return { lease, marked: packsOf(marks) };
  } catch (error) {
    await lease[Symbol.asyncDispose]();
    throw error;
  }
}
