import { hasCode } from "../../diagnostics/caught.ts";
import { failure } from "../../diagnostics/diagnostic.ts";
import type { Instant } from "../../kit/clock.ts";
import { type Abortable, type BlobName, parseBlobName } from "../../storage/blob-store.ts";
import { type BlobId, pointName } from "../format/blob-names.ts";
import type { VaultAccess } from "../vault-access.ts";
import { encodeLease, type LeaseKind } from "./lease-content.ts";
import { LEASE_PREFIX, MARK_PREFIX, putSign } from "./signs.ts";
import { highestTimeOf } from "./store-time.ts";

/** Milliseconds by the store's time after which a lease that was not renewed has run out. */
export const LEASE_LIFE = 60 * 60 * 1000;
/** Milliseconds by the program's clock, which decides only when to renew and never what is safe. */
const RENEW_AFTER = 10 * 60 * 1000;

export interface LeaseFacts {
  /** Of a writer, the point that it makes; else a new id. */
  readonly holder: BlobId;
  readonly kind: LeaseKind;
  /** The point that a reader reads. */
  readonly point: BlobId | undefined;
}

/** Says that somebody is at work in the vault. A collector waits for who holds one, until it ends or runs out. */
export class Lease implements AsyncDisposable {
  readonly holder: BlobId;
  readonly #access: VaultAccess;
  readonly #facts: LeaseFacts;
  readonly #blobs: BlobName[] = [];
  #marks: readonly BlobId[] = [];
  #renewedAt: Instant;
  #storeTime: Instant | undefined;
  #runsOutAt: number = Number.POSITIVE_INFINITY;

  constructor(access: VaultAccess, facts: LeaseFacts) {
    this.holder = facts.holder;
    this.#access = access;
    this.#facts = facts;
    this.#renewedAt = access.clock.now();
  }

  /** When the store wrote it last. */
  get storeTime(): Instant {
    if (this.#storeTime === undefined)
      throw new RangeError("the lease was not put. This is a bug.");
    return this.#storeTime;
  }

  /** Puts a further blob, which counts from now or from the latest time that stands in the vault. VAULT_LEASE_LOST when a collector's had run out: others count it as dead. */
  async renew(options: Abortable): Promise<void> {
    const { kind, point } = this.#facts;
    const highest = await highestTimeOf(this.#access, [LEASE_PREFIX, MARK_PREFIX], options);
    const content = encodeLease({ kind, point, marks: this.#marks, highest });
    const name = (id: BlobId): BlobName => parseBlobName(`${LEASE_PREFIX}${this.holder}/${id}`);
    const put = await putSign(this.#access, { kind: "lease", content, name }, options);
    this.#blobs.push(put.name);
    this.#storeTime = put.writtenAt;
    this.#renewedAt = this.#access.clock.now();
    const isLate = put.writtenAt > this.#runsOutAt;
    this.#runsOutAt = Math.max(put.writtenAt, highest) + LEASE_LIFE;
    if (isLate && kind === "collector") throw collectionLost();
  }

  /** Says which marks the holder knows, so that no collector waits for it because of them. */
  async announce(marks: readonly BlobId[], options: Abortable): Promise<void> {
    this.#marks = marks;
    if (marks.length > 0) await this.renew(options);
  }

  /** Renews the lease when that is due. VAULT_LEASE_LOST when a writer's point was ended meanwhile. */
  async keep(options: Abortable): Promise<void> {
    const age = this.#access.clock.now() - this.#renewedAt;
    if (age < RENEW_AFTER && age > -RENEW_AFTER) return;
    await this.renew(options);
    if (this.#facts.kind !== "writer") return;
    const taken = await this.#access.store.head(pointName(this.holder), options);
    if (taken !== undefined) throw leaseLost(this.holder);
  }

  /** Asks the store whether others still wait for the holder: who counts it as dead takes its lease away first. VAULT_LEASE_LOST */
  async requireHeld(options: Abortable): Promise<void> {
    const newest = this.#blobs.at(-1);
    if (newest === undefined || (await this.#access.store.head(newest, options)) === undefined)
      throw collectionLost();
  }

  /** Something may still come of the holder, so the lease stays until it runs out. */
  leave(): void {
    this.#blobs.splice(0);
  }

  /** Nothing more is to come of the holder. */
  async end(options: Abortable = {}): Promise<void> {
    for (const name of this.#blobs.splice(0)) await this.#access.store.remove(name, options);
  }

  /** Like `end`, but a store that fails is let be: the lease runs out by itself. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.end();
    } catch {
      // Whoever held it has come to its own end, which is told; a collector takes the lease away later.
    }
  }
}

/** Puts a lease. Durable when it resolves. */
export async function takeLease(
  access: VaultAccess,
  facts: LeaseFacts,
  options: Abortable,
): Promise<Lease> {
  const lease = new Lease(access, facts);
  await lease.renew(options);
  return lease;
}

/** The lease of a reader; undefined where the store lets it write nothing. Such a reader may lose a point that is removed meanwhile, with a clear error. */
export async function tryTakeReaderLease(
  access: VaultAccess,
  facts: LeaseFacts,
  options: Abortable,
): Promise<Lease | undefined> {
  try {
    return await takeLease(access, facts, options);
  } catch (error) {
    const isRefused = (["STORE_NOT_WRITABLE", "STORE_FULL", "STORE_REFUSED"] as const).some(
      (code) => hasCode(error, code),
    );
    if (isRefused) return undefined;
    throw error;
  }
}

/** VAULT_LEASE_LOST */
export function leaseLost(point: BlobId, cause?: unknown): Error {
  return failure(
    {
      code: "VAULT_LEASE_LOST",
      summary: "Backup ended from outside",
      detail:
        `The writer of point ${point} gave no sign of life for an hour by the store's time, so a collection ended it. ` +
        "The machine was suspended, or the store's clock stepped forward. No point was made visible, and nothing else was lost. Run the backup again.",
    },
    cause,
  );
}

function collectionLost(): Error {
  return failure({
    code: "VAULT_LEASE_LOST",
    summary: "Collection ended from outside",
    detail:
      "The collection of the vault gave no sign of life for an hour by the store's time, so others count it as dead, and it stopped before it removed anything more. " +
      "The machine was suspended, or the store's clock stepped forward. Nothing that a recovery point needs was removed. Run it again.",
  });
}
