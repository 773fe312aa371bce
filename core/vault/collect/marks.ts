import type { Abortable, BlobName } from "../../storage/blob-store.ts";
import { type BlobId, idOfName, parseBlobId } from "../format/blob-names.ts";
import { Damage } from "../format/damage.ts";
import type { PackSet } from "../index/stored-packs.ts";
import { tryGet } from "../stored-blobs.ts";
import type { VaultAccess } from "../vault-access.ts";
import { MARK_PREFIX, markName, putSign } from "./signs.ts";
import { openSign } from "./worn-sign.ts";

const ID_SIZE = 16;

/** Says of packs that nothing needs them, so that no writer relies on them any more. */
export interface Mark {
  readonly id: BlobId;
  readonly packs: readonly BlobId[];
}

/** A mark that nobody can read: it may name any pack that is there. */
export interface UnreadableMark {
  readonly id: BlobId;
  readonly damage: Damage;
}

export interface ListedMarks {
  readonly marks: readonly Mark[];
  readonly unreadable: readonly UnreadableMark[];
}

/** In order of their ids. */
export async function listMarks(access: VaultAccess, options: Abortable): Promise<ListedMarks> {
  const marks: Mark[] = [];
  const unreadable: UnreadableMark[] = [];
  for await (const { name } of access.store.list(MARK_PREFIX, options)) {
    const id = idOfName(name);
    if (id === undefined) continue;
    const found = await readMark(access, { id, name }, options);
    if (found instanceof Damage) unreadable.push({ id, damage: found });
    else if (found !== undefined) marks.push(found);
  }
  return { marks: marks.toSorted(byId), unreadable: unreadable.toSorted(byId) };
}

/** Undefined when it is gone. */
export async function readMark(
  access: VaultAccess,
  { id, name }: { readonly id: BlobId; readonly name: BlobName },
  options: Abortable,
): Promise<Mark | Damage | undefined> {
  const bytes = await tryGet(access.store, name, options);
  if (bytes === undefined) return undefined;
  try {
    const content = await openSign(access.ring, { kind: "mark", id, name }, bytes);
    return { id, packs: decodeIds(content) };
  } catch (error) {
    if (error instanceof Damage) return error;
    throw error;
  }
}

function byId(one: { readonly id: BlobId }, other: { readonly id: BlobId }): number {
  return one.id < other.id ? -1 : 1;
}

/** Durable when it resolves. Gives the mark's id. */
export async function putMark(
  access: VaultAccess,
  packs: readonly BlobId[],
  options: Abortable,
): Promise<BlobId | undefined> {
  const content = Buffer.from(packs.join(""), "hex");
  const { name } = await putSign(access, { kind: "mark", content, name: markName }, options);
  return idOfName(name);
}

export function packsOf(marks: readonly Mark[]): ReadonlySet<BlobId> {
  return new Set(marks.flatMap(({ packs }) => packs));
}

/** The packs on which nobody may rely: those that a mark names, and every pack while a mark cannot be read. */
export function markedBy({ marks, unreadable }: ListedMarks): PackSet {
  return unreadable.length > 0 ? { has: () => true } : packsOf(marks);
}

function decodeIds(bytes: Uint8Array): readonly BlobId[] {
  return Array.from({ length: Math.floor(bytes.length / ID_SIZE) }, (_, at) =>
    parseBlobId(bytes.subarray(at * ID_SIZE, (at + 1) * ID_SIZE)),
  );
}
