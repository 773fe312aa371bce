import type { Abortable } from "../../storage/blob-store.ts";
import { type BlobId, KEY_PREFIX } from "../format/blob-names.ts";
import { decodeCheckedText } from "../format/checked-text.ts";
import { Damage } from "../format/damage.ts";
import { FORMAT, mayBeSound } from "../format/sealed-blob.ts";
import { tryGet } from "../stored-blobs.ts";
import type { VaultAccess } from "../vault-access.ts";
import type { HeldLease } from "./lease-list.ts";
import { readMark, type UnreadableMark } from "./marks.ts";
import { markName } from "./signs.ts";
import { writerOf } from "./worn-sign.ts";

/** Whether no collector but the caller's own is at work. A lease that cannot be read may be one's. */
export function isNobodyCollecting(others: readonly HeldLease[]): boolean {
  return others.every(({ kind }) => kind !== "collector" && kind !== undefined);
}

/**
 * Takes marks away that nobody can read, and gives how many. Only for a collector that is alone by a listing of leases
 * which it made after it had listed the marks: another may have read one before it was damaged, and remove its packs yet.
 * Each is read once more before it goes. Throws Damage where a newer version or another data key may read it.
 */
export async function takeUnreadable(
  access: VaultAccess,
  unreadable: readonly UnreadableMark[],
  options: Abortable,
): Promise<number> {
  let taken = 0;
  for (const { id } of unreadable) {
    const name = markName(id);
    const again = await readMark(access, { id, name }, options);
    if (!(again instanceof Damage)) continue;
    if (mayBeSound(again) && (await isOfAnotherTime(access, id, options))) throw again;
    await access.store.remove(name, options);
    taken += 1;
  }
  return taken;
}

/** Whether a newer version, or a data key that was not there when the vault was opened, would read the mark. */
async function isOfAnotherTime(
  access: VaultAccess,
  id: BlobId,
  options: Abortable,
): Promise<boolean> {
  const bytes = await tryGet(access.store, markName(id), options);
  const writer = bytes && writerOf({ kind: "mark", id }, bytes);
  if (writer === undefined) return false;
  const { format, epoch } = writer;
  return format > FORMAT || (!access.ring.dataKeys.has(epoch) && hasEpoch(access, epoch, options));
}

/** Whether a key blob names the epoch. Throws Damage where one cannot be read: it may be that one. */
async function hasEpoch(access: VaultAccess, epoch: number, options: Abortable): Promise<boolean> {
  for await (const { name } of access.store.list(KEY_PREFIX, options)) {
    const bytes = await tryGet(access.store, name, options);
    if (bytes !== undefined && decodeCheckedText(name, bytes)["epoch"] === epoch) return true;
  }
  return false;
}
