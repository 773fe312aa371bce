import { failure } from "../../diagnostics/diagnostic.ts";
import type { Instant } from "../../kit/clock.ts";
import type { Abortable, BlobInfo } from "../../storage/blob-store.ts";
import { type BlobId, idOfName, POINT_PREFIX, pointName } from "../format/blob-names.ts";
import { Damage } from "../format/damage.ts";
import { readManifest } from "../format/manifest.ts";
import type { VaultAccess } from "../vault-access.ts";
import { isTombstone, NOTE_PREFIX, noteName, putNote } from "./signs.ts";

/** Points that were committed and not removed, in order of their ids. */
export async function listVisiblePoints(
  access: VaultAccess,
  options: Abortable,
): Promise<readonly BlobId[]> {
  return (await listManifests(access, options)).map(({ id }) => id);
}

/** Of the same points also when their manifests were put. */
export async function listManifests(
  access: VaultAccess,
  options: Abortable,
): Promise<readonly { readonly id: BlobId; readonly writtenAt: Instant }[]> {
  const noted = new Set(await listRemovedPoints(access, options));
  const visible: { readonly id: BlobId; readonly writtenAt: Instant }[] = [];
  for await (const info of access.store.list(POINT_PREFIX, options)) {
    const id = idOfName(info.name);
    if (id === undefined || noted.has(id)) continue;
    if (await isTombstone(access, info, options)) continue;
    visible.push({ id, writtenAt: info.writtenAt });
  }
  return visible.toSorted((one, other) => (one.id < other.id ? -1 : 1));
}

/** Points that a note hides and that are not buried yet. */
export async function listRemovedPoints(
  access: VaultAccess,
  options: Abortable,
): Promise<readonly BlobId[]> {
  const ids: BlobId[] = [];
  for await (const { name } of access.store.list(NOTE_PREFIX, options)) {
    const id = idOfName(name);
    if (id !== undefined) ids.push(id);
  }
  return ids.toSorted();
}

/**
 * The manifest of a point that was listed; undefined when the point was removed since: then its name is free, or taken by a
 * tombstone. Throws Damage.
 */
export async function tryReadManifest(access: VaultAccess, id: BlobId, options: Abortable) {
  try {
    return await readManifest(access, id, options);
  } catch (error) {
    if (!(error instanceof Damage)) throw error;
    const info = await access.store.head(pointName(id), options);
    if (info === undefined || (await isTombstone(access, info, options))) return undefined;
    throw error;
  }
}

/** The manifest's blob. POINT_NOT_FOUND unless the point can be seen. A reader asks after it has put its lease. */
export async function requireVisible(
  access: VaultAccess,
  id: BlobId,
  options: Abortable,
): Promise<BlobInfo> {
  const info = await findVisible(access, id, options);
  if (info === undefined) throw pointNotFound(id);
  return info;
}

/** The manifest's blob; undefined of a point that was not committed, or was removed. */
export async function findVisible(
  access: VaultAccess,
  id: BlobId,
  options: Abortable,
): Promise<BlobInfo | undefined> {
  if ((await access.store.head(noteName(id), options)) !== undefined) return undefined;
  const info = await access.store.head(pointName(id), options);
  return info === undefined || (await isTombstone(access, info, options)) ? undefined : info;
}

/** Hides the point for ever; durable when it resolves. Its space comes back with a later collection. POINT_NOT_FOUND. */
export async function removePoint(
  access: VaultAccess,
  id: BlobId,
  options: Abortable,
): Promise<void> {
  await requireVisible(access, id, options);
  await putNote(access, id, options);
}

export function pointNotFound(id: string): Error {
  return failure({
    code: "POINT_NOT_FOUND",
    summary: "Recovery point not found",
    detail: `The vault holds no point ${id}. Look for it in the list of points:\n\n    holdfast points`,
  });
}
