import { type Instant, toInstant } from "../../kit/clock.ts";
import { type Abortable, type BlobName, parseBlobName } from "../../storage/blob-store.ts";
import { type BlobId, idOfName, parseBlobId } from "../format/blob-names.ts";
import { Damage } from "../format/damage.ts";
import { openBlob, sealBlob } from "../format/sealed-blob.ts";
import { tryGet } from "../stored-blobs.ts";
import type { VaultAccess } from "../vault-access.ts";

const PREFIX = "verified/";
const ID_SIZE = 16;
const ENTRY_SIZE = ID_SIZE + 8;

/** When each pack was last read whole and found right, by the store's time. */
export interface VerifiedPacks {
  readonly times: ReadonlyMap<BlobId, Instant>;
  /** The blobs that say so. */
  readonly blobs: readonly BlobName[];
}

/** Reads what verifications left. A record that is damaged is passed over: its packs are read again sooner. */
export async function readVerifiedPacks(
  access: VaultAccess,
  options: Abortable,
): Promise<VerifiedPacks> {
  const times = new Map<BlobId, Instant>();
  const blobs: BlobName[] = [];
  for await (const { name, writtenAt } of access.store.list(PREFIX, options)) {
    const id = idOfName(name);
    if (id === undefined) continue;
    blobs.push(name);
    for (const [pack, time] of await readRecord(access, { name, id, ...options })) {
      const at = toInstant(time === 0 ? writtenAt : time);
      if (at > (times.get(pack) ?? 0)) times.set(pack, at);
    }
  }
  return { times, blobs };
}

/**
 * Remembers that the packs were found right just now, and what was known of others. The new record is durable before the
 * old ones go; one that another verify puts meanwhile stays beside it. Gives the store's time of it.
 */
export async function rememberVerified(
  access: VaultAccess,
  { now, known }: { readonly now: readonly BlobId[]; readonly known: VerifiedPacks },
  options: Abortable,
): Promise<Instant> {
  const entries = new Map<BlobId, number>([...known.times, ...now.map((id) => [id, 0] as const)]);
  const content = Buffer.alloc(entries.size * ENTRY_SIZE);
  for (const [at, [pack, time]] of [...entries].entries()) {
    content.write(pack, at * ENTRY_SIZE, "hex");
    content.writeBigUInt64BE(BigInt(time), at * ENTRY_SIZE + ID_SIZE);
  }
  const id = newId(access, known.blobs);
  const parts = await sealBlob(access.ring, { kind: "verified", id }, content);
  const { writtenAt } = await access.store.put(recordName(id), parts, options);
  for (const name of known.blobs) await access.store.remove(name, options);
  return writtenAt;
}

/** None that has a record, however the random bytes come about. */
function newId(access: VaultAccess, taken: readonly BlobName[]): BlobId {
  for (;;) {
    const id = parseBlobId(access.randomBytes(16));
    if (!taken.includes(recordName(id))) return id;
  }
}

function recordName(id: BlobId): BlobName {
  return parseBlobName(`${PREFIX}${id}`);
}

async function readRecord(
  access: VaultAccess,
  { name, id, signal }: Abortable & { readonly name: BlobName; readonly id: BlobId },
): Promise<readonly (readonly [BlobId, number])[]> {
  const bytes = await tryGet(access.store, name, { signal });
  if (bytes === undefined) return [];
  try {
    const content = Buffer.from(await openBlob(access.ring, { kind: "verified", id, name }, bytes));
    return Array.from({ length: Math.floor(content.length / ENTRY_SIZE) }, (_, entry) => {
      const at = entry * ENTRY_SIZE;
      const time = Number(content.readBigUInt64BE(at + ID_SIZE));
      return [parseBlobId(content.subarray(at, at + ID_SIZE)), time] as const;
    });
  } catch (error) {
    if (error instanceof Damage) return [];
    throw error;
  }
}
