/** What protects a blob from being overwritten and removed. */
export interface Protection {
  readonly until?: number;
  readonly legalHold?: boolean;
}

export interface FakeBlob {
  readonly bytes: Buffer;
  readonly lastModified: number;
  readonly tier: string;
  readonly rehydration?: { readonly tier: string; readonly doneAt: number } | undefined;
  readonly tierChangedAt?: number | undefined;
}

export interface FakeAccountOptions {
  /** The service's clock, in milliseconds. */
  readonly now: () => number;
  /** How long it takes to bring a blob back from the archive. */
  readonly rehydration: number;
  /** Removed blobs are kept where no reader sees them. */
  readonly softDelete: boolean;
  /** Whether a policy that comes with a blob is put on it; else it is passed over. */
  readonly immutableVersions: boolean;
}

/** An error of the service, by its documented status and code. */
export class ServiceError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string) {
    super(code);
    this.status = status;
    this.code = code;
  }
}

/**
 * A FAKE of one container, for what Azurite does not do: policies that make blobs immutable, legal holds, soft delete and
 * a rehydration that takes its time. It follows the documented behaviour of Azure Blob Storage and was never compared
 * with the real service; what Azurite can do is tested with Azurite.
 */
export class FakeBlobAccount {
  readonly blobs = new Map<string, FakeBlob>();
  readonly softDeleted: string[] = [];
  readonly #options: FakeAccountOptions;
  readonly #protections = new Map<string, Protection>();
  readonly #blocks = new Map<string, Map<string, Buffer>>();

  constructor(options: FakeAccountOptions) {
    this.#options = options;
  }

  /** Puts a policy or a hold on a blob; an empty one takes both away. */
  protect(name: string, protection: Protection): void {
    this.#protections.set(name, protection);
  }

  /** What protects a blob, as far as listings tell it. */
  protectionOf(name: string): Protection {
    return this.#protections.get(name) ?? {};
  }

  /** Puts the policy on a blob that is written with one. */
  protectNew(name: string, until: number): void {
    if (this.#options.immutableVersions) this.protect(name, { until });
  }

  put(name: string, bytes: Buffer, isIfAbsent: boolean): FakeBlob {
    if (isIfAbsent && this.blobs.has(name)) throw new ServiceError(409, "BlobAlreadyExists");
    this.#requireUnprotected(name);
    const blob = { bytes, lastModified: this.#options.now(), tier: "Hot" };
    this.blobs.set(name, blob);
    this.#blocks.delete(name);
    return blob;
  }

  stage(name: string, id: string, bytes: Buffer): void {
    const blocks = this.#blocks.get(name) ?? new Map<string, Buffer>();
    const [other] = blocks.keys();
    if (other !== undefined && other.length !== id.length)
      throw new ServiceError(400, "InvalidBlobOrBlock");
    this.#blocks.set(name, blocks.set(id, bytes));
  }

  /** Blocks that are staged and never committed vanish when somebody commits the blob. */
  commit(name: string, ids: readonly string[], isIfAbsent: boolean): FakeBlob {
    if (isIfAbsent && this.blobs.has(name)) throw new ServiceError(409, "BlobAlreadyExists");
    const staged = ids.map((id) => this.#blocks.get(name)?.get(id));
    const blocks = staged.filter((block) => block !== undefined);
    if (blocks.length < ids.length) throw new ServiceError(400, "InvalidBlockList");
    return this.put(name, Buffer.concat(blocks), isIfAbsent);
  }

  find(name: string): FakeBlob {
    const blob = this.blobs.get(name);
    if (blob === undefined) throw new ServiceError(404, "BlobNotFound");
    const { rehydration } = blob;
    if (rehydration === undefined || rehydration.doneAt > this.#options.now()) return blob;
    const { tier, doneAt: tierChangedAt } = rehydration;
    const back = { ...blob, tier, tierChangedAt, rehydration: undefined };
    this.blobs.set(name, back);
    return back;
  }

  read(name: string): FakeBlob {
    const blob = this.find(name);
    if (blob.tier === "Archive") throw new ServiceError(409, "BlobArchived");
    return blob;
  }

  remove(name: string): void {
    this.find(name);
    this.#requireUnprotected(name);
    this.blobs.delete(name);
    if (this.#options.softDelete) this.softDeleted.push(name);
  }

  /** 202 when it takes time, else 200. */
  setTier(name: string, tier: string): number {
    const blob = this.find(name);
    if (blob.rehydration !== undefined && blob.rehydration.tier !== tier)
      throw new ServiceError(409, "BlobBeingRehydrated");
    if (blob.tier !== "Archive" || tier === "Archive") {
      this.blobs.set(name, { ...blob, tier, tierChangedAt: this.#options.now() });
      return 200;
    }
    const doneAt = blob.rehydration?.doneAt ?? this.#options.now() + this.#options.rehydration;
    this.blobs.set(name, { ...blob, rehydration: { tier, doneAt } });
    return 202;
  }

  #requireUnprotected(name: string): void {
    const { until, legalHold } = this.#protections.get(name) ?? {};
    if (!this.blobs.has(name)) return;
    if (legalHold === true) throw new ServiceError(409, "BlobImmutableDueToLegalHold");
    if ((until ?? 0) > this.#options.now()) throw new ServiceError(409, "BlobImmutableDueToPolicy");
  }
}
