import { type Instant, toInstant } from "../../kit/clock.ts";
import type { Abortable, BlobName } from "../../storage/blob-store.ts";
import { type BlobId, idOfName, pointName, tryParseBlobId } from "../format/blob-names.ts";
import { Damage } from "../format/damage.ts";
import type { VaultAccess } from "../vault-access.ts";
import { LEASE_LIFE } from "./lease.ts";
import { decodeLease, type LeaseContent, type LeaseKind } from "./lease-content.ts";
import { isTombstone, LEASE_PREFIX, putTombstone, readSign } from "./signs.ts";

/** What the blobs of one holder say together. */
export interface HeldLease {
  readonly holder: BlobId;
  /** Undefined while only damaged blobs are there: nobody can say what the holder relies on. */
  readonly kind: LeaseKind | undefined;
  readonly point: BlobId | undefined;
  readonly marks: ReadonlySet<BlobId>;
  readonly since: Instant;
  readonly runsOutAt: Instant;
  readonly blobs: readonly BlobName[];
}

/** Reads every lease of the vault. */
export async function listLeases(
  access: VaultAccess,
  options: Abortable,
): Promise<readonly HeldLease[]> {
  const held = new Map<BlobId, HeldLease>();
  for await (const { name, writtenAt } of access.store.list(LEASE_PREFIX, options)) {
    const holder = tryParseBlobId(name.slice(LEASE_PREFIX.length).split("/")[0] ?? "");
    if (holder === undefined || idOfName(name) === undefined) continue;
    const content = await tryReadLease(access, name, options);
    if (content === undefined) continue;
    const one = leaseOf({ holder, name, writtenAt }, content);
    const before = held.get(holder);
    held.set(holder, before === undefined ? one : joined(before, one));
  }
  return [...held.values()].toSorted((one, other) => (one.holder < other.holder ? -1 : 1));
}

type ReadLease = Omit<LeaseContent, "kind"> & { readonly kind: LeaseKind | undefined };

function leaseOf(
  blob: { readonly holder: BlobId; readonly name: BlobName; readonly writtenAt: Instant },
  { kind, point, marks, highest }: ReadLease,
): HeldLease {
  const { holder, name, writtenAt } = blob;
  const runsOutAt = toInstant(Math.max(writtenAt, highest) + LEASE_LIFE);
  return { holder, kind, point, marks: new Set(marks), since: writtenAt, runsOutAt, blobs: [name] };
}

function joined(one: HeldLease, other: HeldLease): HeldLease {
  return {
    holder: one.holder,
    kind: one.kind ?? other.kind,
    point: one.point ?? other.point,
    marks: new Set([...one.marks, ...other.marks]),
    since: one.since < other.since ? one.since : other.since,
    runsOutAt: one.runsOutAt > other.runsOutAt ? one.runsOutAt : other.runsOutAt,
    blobs: [...one.blobs, ...other.blobs],
  };
}

/** Undefined when the blob is gone. */
async function tryReadLease(
  access: VaultAccess,
  name: BlobName,
  options: Abortable,
): Promise<ReadLease | undefined> {
  try {
    const bytes = await readSign(access, "lease", { name, signal: options.signal });
    return bytes === undefined ? undefined : decodeLease(name, bytes);
  } catch (error) {
    if (!(error instanceof Damage)) throw error;
    return { kind: undefined, point: undefined, marks: [], highest: toInstant(0) };
  }
}

export interface LeaseVerdict {
  /** Those that are in force. */
  readonly alive: readonly HeldLease[];
  /** How many writers were ended. */
  readonly fenced: number;
}

/**
 * Ends what has run out at `now`: the name of a writer's point is taken by a tombstone, unless its manifest is there
 * already; then its lease is removed. The lease of a writer that committed and died stays as long as its point: it says
 * that a second put of the manifest may still be under way.
 */
export async function settleLeases(
  access: VaultAccess,
  now: Instant,
  options: Abortable,
): Promise<LeaseVerdict> {
  const alive: HeldLease[] = [];
  let fenced = 0;
  for (const lease of await listLeases(access, options)) {
    if (lease.runsOutAt > now) {
      alive.push(lease);
      continue;
    }
    const mayWrite = lease.kind === "writer" || lease.kind === undefined;
    if (mayWrite && (await putTombstone(access, lease.holder, options)) === "taken") {
      const info = await access.store.head(pointName(lease.holder), options);
      if (info !== undefined && !(await isTombstone(access, info, options))) continue;
    } else if (mayWrite) fenced += 1;
    for (const name of lease.blobs) await access.store.remove(name, options);
  }
  return { alive, fenced };
}
