import type { Abortable } from "../../storage/blob-store.ts";
import { type BlobId, idOfName, parseBlobId } from "../format/blob-names.ts";
import type { VaultAccess } from "../vault-access.ts";
import { MARK_PREFIX, markName, putSign, readSign } from "./signs.ts";

const ID_SIZE = 16;

/** Says of packs that nothing needs them, so that no writer relies on them any more. */
export interface Mark {
  readonly id: BlobId;
  readonly packs: readonly BlobId[];
}

/** Throws Damage: a mark that nobody can read would let a writer rely on what is about to go. */
export async function listMarks(access: VaultAccess, options: Abortable): Promise<readonly Mark[]> {
  const marks: Mark[] = [];
  for await (const { name } of access.store.list(MARK_PREFIX, options)) {
    const id = idOfName(name);
    const bytes = await readSign(access, "mark", { name, signal: options.signal });
    if (id !== undefined && bytes !== undefined) marks.push({ id, packs: decodeIds(bytes) });
  }
  return marks.toSorted((one, other) => (one.id < other.id ? -1 : 1));
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

function decodeIds(bytes: Uint8Array): readonly BlobId[] {
  return Array.from({ length: Math.floor(bytes.length / ID_SIZE) }, (_, at) =>
    parseBlobId(bytes.subarray(at * ID_SIZE, (at + 1) * ID_SIZE)),
  );
}
