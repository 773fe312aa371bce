import { hasCode } from "../../diagnostics/caught.ts";
import { failure } from "../../diagnostics/diagnostic.ts";
import type { Abortable } from "../../storage/blob-store.ts";
import { type Lease, leaseLost } from "../collect/lease.ts";
import type { PointWriter, WritePhase } from "../contract/point-streams.ts";
import type {
  ObjectFacts,
  PointFacts,
  StoredObject,
  StoredPoint,
} from "../contract/stored-point.ts";
import type { BlobId } from "../format/blob-names.ts";
import { MAX_CHUNK_SIZE } from "../format/chunk-id.ts";
import type { ListedEntry } from "../format/extent-entry.ts";
import { type ListedKind, ListingWriter } from "../format/listing.ts";
import { type Manifest, type ManifestObject, writeManifest } from "../format/manifest.ts";
import type { ByteSource } from "../pipeline/batch-ring.ts";
import type { ListedStretch } from "../pipeline/stream-writer.ts";
import type { VaultAccess } from "../vault-access.ts";
import type { ChunkWriter } from "./chunk-writer.ts";
import type { SimilarPoints } from "./similar-points.ts";

/** The metadata of 4,096 columns, the most of one SELECT, with names of 128 characters is 1.5 Mi characters of base64. */
const MAX_ATTRIBUTES = 2 * 1024 * 1024;

type CommitOptions = Abortable & {
  readonly onPhase?: ((phase: WritePhase) => void) | undefined;
};

type NewObject = Omit<ObjectFacts, "attributes"> & {
  readonly attributes: () => ObjectFacts["attributes"];
  readonly entries: Exclude<ListedKind, "groups">;
};

/** Lists the chunks of an object in order. */
interface ListChunks {
  one(entry: ListedEntry): Promise<void>;
  many(listed: ListedStretch): Promise<void>;
}

/** Stores the chunks of an object and lists each of them. */
type StoreChunks = (list: ListChunks) => Promise<void>;

/** What a point in the making works with. */
interface WriterParts {
  readonly chunks: ChunkWriter;
  readonly lease: Lease;
  readonly similar: SimilarPoints;
  readonly unreadableMarks: readonly string[];
}

/** A point in the making. */
export class StoredPointWriter implements PointWriter {
  readonly id: BlobId;
  readonly unreadableMarks: readonly string[];
  readonly #access: VaultAccess;
  readonly #chunks: ChunkWriter;
  readonly #objects: ManifestObject[] = [];
  readonly #paths = new Set<string>();
  #state: "open" | "adding" | "closed" = "open";
  #committing: Promise<unknown> | undefined;
  readonly #lease: Lease;
  readonly #similar: SimilarPoints;
  /** Whether a put of the manifest may still be under way: then the lease must run out by itself. */
  #isFlying = false;

  constructor(access: VaultAccess, { chunks, lease, similar, unreadableMarks }: WriterParts) {
    this.id = lease.holder;
    this.unreadableMarks = unreadableMarks;
    this.#access = access;
    this.#chunks = chunks;
    this.#lease = lease;
    this.#similar = similar;
  }

  get bytesStored(): number {
    return this.#chunks.bytesStored;
  }

  addObject(
    object: Omit<ObjectFacts, "attributes">,
    chunks: AsyncIterable<Uint8Array>,
    attributes: () => ObjectFacts["attributes"],
  ): Promise<StoredObject> {
    return this.#add({ ...object, attributes, entries: "chunks" }, async (list) => {
      const earlier =
        object.kind === "rows" ? await this.#similar.groupsLike(object.path) : undefined;
      const groups = earlier === undefined ? undefined : this.#chunks.groupsLike(earlier);
      for await (const chunk of chunks) {
        if (chunk.length === 0 || chunk.length > MAX_CHUNK_SIZE) {
          throw misuse(`a chunk of ${chunk.length} bytes was added to ${object.path}`);
        }
        const { length } = chunk;
        await list.one(
          (await groups?.add(chunk)) ?? { id: await this.#chunks.add("data", chunk), length },
        );
      }
    });
  }

  addStream(
    object: Omit<ObjectFacts, "attributes">,
    source: ByteSource,
    attributes: () => ObjectFacts["attributes"],
  ): Promise<StoredObject> {
    return this.#add({ ...object, attributes, entries: "extents" }, async (list) => {
      const similar = await this.#similar.extentsLike(object.path);
      await this.#chunks.addStream({ source, similar }, (listed) => list.many(listed));
    });
  }

  commit(facts: PointFacts, options: CommitOptions = {}): Promise<StoredPoint> {
    const committing = this.#commit(facts, options);
    this.#committing ??= committing;
    return committing;
  }

  async #commit(facts: PointFacts, options: CommitOptions): Promise<StoredPoint> {
    if (this.#state !== "open") throw misuse(`a point was committed while it was ${this.#state}`);
    this.#state = "closed";
    const { signal } = options;
    const enter = (phase: WritePhase): void => {
      signal?.throwIfAborted();
      options.onPhase?.(phase);
    };
    enter("pack");
    await this.#chunks.flushPacks();
    enter("index");
    await this.#chunks.flushIndex();
    enter("manifest");
    const { id } = this;
    const { bytesStored, added } = this.#chunks;
    const manifest = { id, facts, objects: this.#objects, bytesStored, added };
    await this.#lease.keep({ signal });
    const point = await this.#writeManifest(manifest, { signal });
    await this.#lease[Symbol.asyncDispose]();
    return point;
  }

  /** VAULT_LEASE_LOST when the point's name was taken by a tombstone. */
  async #writeManifest(manifest: Manifest, options: Abortable): Promise<StoredPoint> {
    this.#isFlying = true;
    try {
      const point = await writeManifest(this.#access, manifest, options);
      this.#isFlying = false;
      return point;
    } catch (error) {
      if (!hasCode(error, "STORE_EXISTS")) throw error;
      this.#isFlying = false;
      throw leaseLost(this.id, error);
    }
  }

  /** Lets a commit that is under way come to its end. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#state = "closed";
    await this.#committing?.catch(() => undefined);
    await this.#chunks[Symbol.asyncDispose]();
    if (!this.#isFlying) await this.#lease[Symbol.asyncDispose]();
  }

  async #add(object: NewObject, store: StoreChunks): Promise<StoredObject> {
    if (this.#state !== "open")
      throw misuse(`an object was added while the writer was ${this.#state}`);
    if (this.#paths.has(object.path)) throw misuse(`the object ${object.path} was added twice`);
    this.#state = "adding";
    try {
      const stored = await this.#store(object, store);
      this.#objects.push(stored);
      this.#paths.add(object.path);
      return stored.object;
    } finally {
      this.#state = "open";
    }
  }

  async #store(
    { path, kind, attributes, entries }: NewObject,
    store: StoreChunks,
  ): Promise<ManifestObject> {
    const listing = new ListingWriter(entries, (node) => this.#chunks.add("listing", node));
    let bytes = 0;
    let chunks = 0;
    const count = async (more: Pick<ListedStretch, "chunks" | "bytes">): Promise<void> => {
      chunks += more.chunks;
      bytes += more.bytes;
      await this.#lease.keep({});
    };
    await store({
      one: async (entry) => {
        await count({ chunks: 1, bytes: entry.length });
        await listing.add(entry);
      },
      many: async (listed) => {
        await count(listed);
        await listing.addEncoded(listed.entries);
      },
    });
    const root = await listing.finish();
    const facts = attributes();
    if (JSON.stringify(facts).length > MAX_ATTRIBUTES) {
      throw misuse(`the attributes of ${path} are longer than ${MAX_ATTRIBUTES} characters`);
    }
    return { object: { path, kind, attributes: facts, chunks, bytes }, root };
  }
}

function misuse(what: string): Error {
  return failure({
    code: "INTERNAL_BUG",
    summary: "Vault used wrongly",
    detail: `The vault refused to write: ${what}. No point was made visible. This is a bug.`,
  });
}
