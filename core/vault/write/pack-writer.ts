import type { Abortable } from "../../storage/blob-store.ts";
import { packName, parseBlobId } from "../format/blob-names.ts";
import { compress } from "../format/compression.ts";
import type { PackEntry } from "../format/pack-directory.ts";
import type { VaultAccess } from "../vault-access.ts";
import { PACK_SIZE, PackBuilder } from "./pack-builder.ts";
import type { GatheredSegment } from "./segment-gatherer.ts";

const MAX_TASKS = 2;

/** A pack in the making, in memory. */
interface OpenPack {
  readonly parts: Uint8Array[];
  readonly builder: PackBuilder;
}

/**
 * Compresses and seals segments beside the caller and puts full packs. At most two segments or packs are under way:
 * `submit` waits for one of them (memory: two packs and two segments; a third only takes more, docs/performance.md). The first failure ends the writer.
 */
export class PackWriter implements AsyncDisposable {
  readonly #access: VaultAccess;
  readonly #signal: AbortSignal | undefined;
  readonly #tasks = new Set<Promise<void>>();
  #current: OpenPack | undefined;
  #putting: Promise<unknown> = Promise.resolve();
  #finished: PackEntry[] = [];
  #failure: { readonly error: unknown } | undefined;
  #bytesStored = 0;

  constructor(access: VaultAccess, options: Abortable) {
    this.#access = access;
    this.#signal = options.signal;
  }

  get bytesStored(): number {
    return this.#bytesStored;
  }

  async submit(segment: GatheredSegment): Promise<void> {
    while (this.#tasks.size >= MAX_TASKS) await Promise.race(this.#tasks);
    this.#throwIfFailed();
    const task = this.#process(segment)
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => this.#tasks.delete(task));
    this.#tasks.add(task);
  }

  /** Waits until everything that was submitted is stored. */
  async flush(): Promise<void> {
    await Promise.all(this.#tasks);
    this.#throwIfFailed();
    const last = this.#current;
    this.#current = undefined;
    if (last !== undefined) await this.#put(last);
  }

  /** The packs stored since the last call: they are durable, and no index names them yet. */
  takeFinished(): readonly PackEntry[] {
    const finished = this.#finished;
    this.#finished = [];
    return finished;
  }

  get finishedDirectoryBytes(): number {
    return this.#finished.reduce((sum, { directory }) => sum + directory.length, 0);
  }

  /** Puts nothing more; packs already stored stay for later writers to find. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#failure ??= { error: new Error("the writer was disposed") };
    await Promise.all(this.#tasks);
  }

  async #process(segment: GatheredSegment): Promise<void> {
    const compressed = await compress(segment.raw);
    const { kind, chunks } = segment;
    const rawLength = segment.raw.length;
    segment.release();
    this.#throwIfFailed();
    this.#current ??= this.#open();
    this.#current.builder.append({ kind, chunks, rawLength }, compressed);
    if (this.#current.builder.size < PACK_SIZE) return;
    const full = this.#current;
    this.#current = undefined;
    const put = this.#putting.then(async () => {
      this.#throwIfFailed();
      await this.#put(full);
    });
    this.#putting = put.catch(() => undefined);
    await put;
  }

  #open(): OpenPack {
    const parts: Uint8Array[] = [];
    const id = parseBlobId(this.#access.randomBytes(16));
    const builder = new PackBuilder(this.#access.ring, id, (part) => parts.push(part));
    return { parts, builder };
  }

  async #put({ parts, builder }: OpenPack): Promise<void> {
    const entry = await builder.finish();
    const signal = this.#signal;
    const { size } = await this.#access.store.put(packName(entry.id), parts, { signal });
    this.#bytesStored += size;
    this.#finished.push(entry);
  }

  #throwIfFailed(): void {
    this.#signal?.throwIfAborted();
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
