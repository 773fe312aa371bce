import { hasCode } from "../diagnostics/caught.ts";
import type { Code } from "../diagnostics/codes.ts";
import { DiagnosticError } from "../diagnostics/diagnostic.ts";
import type { Clock } from "../kit/clock.ts";
import { formatDuration } from "../kit/duration.ts";
import { type Abortable, type BlobName, type BlobStore, parseBlobName } from "./blob-store.ts";

/** A promise of the contract, and whether a store kept it. */
export interface ProbeFinding {
  /** What the store has to do: `keeps a blob when its name is taken`. */
  readonly promise: string;
  readonly verdict: "kept" | "broken" | "not tried";
  /** What is wrong and what to do, or what was seen. */
  readonly detail: string;
  /** Of the error, where one says what is wrong. */
  readonly code?: Code;
  readonly milliseconds: number;
}

export interface ProbeOptions extends Abortable {
  readonly clock: Clock;
  readonly randomBytes: (length: number) => Uint8Array;
}

const FOLDER = "doctor/";
const SIZE = 1024 * 1024;
/** A probe takes seconds, so what is that old belongs to one that died. */
const ABANDONED_AFTER_MS = 86_400_000;
/** More than that, and a signature of a request is not accepted any more soon. */
const CLOCK_TOLERANCE_MS = 300_000;

/**
 * Tries each promise of the `BlobStore` contract on a real store, with small blobs under `doctor/`, and takes them away
 * again; also those of a probe that died more than a day ago. Once nothing can be written, the rest is not tried.
 */
export async function probeStore(
  store: BlobStore,
  options: ProbeOptions,
): Promise<readonly ProbeFinding[]> {
  return new StoreProbe(store, options).run();
}

/** What a check throws when the store answered, and wrongly. */
class BrokenPromise extends Error {
  override readonly name = "BrokenPromise";
}

type Check = () => Promise<string>;

class StoreProbe {
  readonly #store: BlobStore;
  readonly #options: ProbeOptions;
  readonly #prefix: string;
  readonly #first: BlobName;
  readonly #second: BlobName;
  readonly #bytes: Uint8Array;
  readonly #findings: ProbeFinding[] = [];

  constructor(store: BlobStore, options: ProbeOptions) {
    this.#store = store;
    this.#options = options;
    this.#prefix = `${FOLDER}${Buffer.from(options.randomBytes(8)).toString("hex")}-`;
    this.#first = parseBlobName(`${this.#prefix}first`);
    this.#second = parseBlobName(`${this.#prefix}second`);
    this.#bytes = options.randomBytes(SIZE);
  }

  async run(): Promise<readonly ProbeFinding[]> {
    const isWritable = await this.#check("writes a blob", () => this.#write());
    const checks: readonly (readonly [string, Check])[] = [
      ["keeps a blob when its name is taken", () => this.#writeAgain()],
      ["lets one of many writers win", () => this.#race()],
      ["gives back the bytes, and any part of them", () => this.#read()],
      ["tells at once what is there and what is not", () => this.#look()],
      ["lets its time go forward", () => this.#compareTimes()],
      ["removes a blob for good, and frees its name", () => this.#remove()],
    ];
    for (const [promise, check] of checks) {
      if (isWritable) await this.#check(promise, check);
      else this.#skip(promise);
    }
    const last = "is left as it was found";
    if (isWritable) await this.#check(last, () => this.#cleanUp());
    else this.#skip(last);
    return this.#findings;
  }

  async #check(promise: string, check: Check): Promise<boolean> {
    const begin = this.#options.clock.now();
    const took = () => this.#options.clock.now() - begin;
    try {
      this.#options.signal?.throwIfAborted();
      const detail = await check();
      this.#findings.push({ promise, verdict: "kept", detail, milliseconds: took() });
      return true;
    } catch (error) {
      this.#options.signal?.throwIfAborted();
      this.#findings.push({ ...brokenPromise(promise, error), milliseconds: took() });
      return false;
    }
  }

  #skip(promise: string): void {
    const detail = "Nothing could be written.";
    this.#findings.push({ promise, verdict: "not tried", detail, milliseconds: 0 });
  }

  async #write(): Promise<string> {
    const { size } = await this.#store.put(this.#first, this.#halves(), this.#options);
    expect(size === SIZE, `It says that the blob has ${size} bytes, and ${SIZE} were written.`);
    return "1 MiB was written.";
  }

  /** A blob of the very same size, so that nothing but the condition can keep the old one. */
  async #writeAgain(): Promise<string> {
    const refused = await this.#isRefused(this.#first, Buffer.alloc(SIZE));
    const there = await this.#store.get(this.#first, this.#options);
    expect(
      Buffer.compare(there, this.#bytes) === 0,
      "A second write replaced the blob. Two machines would destroy each other's points here: keep no vault in this store.",
    );
    expect(
      refused,
      "A second write was accepted, although it changed nothing. A writer could not tell that it lost: keep no vault in this store.",
    );
    return "A second write was refused and changed nothing.";
  }

  async #race(): Promise<string> {
    const writers = Array.from({ length: 4 }, (_, at) => Buffer.alloc(50_000, at));
    const refused = await Promise.all(writers.map((bytes) => this.#isRefused(this.#second, bytes)));
    const winners = writers.filter((_, at) => refused[at] === false);
    const [winner = Buffer.alloc(0)] = winners;
    const there = await this.#store.get(this.#second, this.#options);
    expect(
      winners.length === 1 && Buffer.compare(there, winner) === 0,
      `${winners.length} of ${writers.length} writers of the same name were told that they wrote it. Keep no vault in this store.`,
    );
    return "Of four writers of the same name one wrote it.";
  }

  async #read(): Promise<string> {
    const whole = await this.#store.get(this.#first, this.#options);
    expect(Buffer.compare(whole, this.#bytes) === 0, "The bytes are not those that were written.");
    for (const [offset, length] of [
      [0, 1],
      [4095, 4098],
      [SIZE - 1, 1],
    ] as const) {
      const span = { offset, length };
      const part = await this.#store.get(this.#first, { ...this.#options, span });
      const expected = this.#bytes.subarray(offset, offset + length);
      expect(
        Buffer.compare(part, expected) === 0,
        `Bytes ${offset} to ${offset + length} are not those that were written.`,
      );
    }
    const past = { ...this.#options, span: { offset: SIZE - 1, length: 2 } };
    const isTold = await hasFailed(this.#store.get(this.#first, past), "STORE_TOO_SHORT");
    expect(isTold, "A read past the end of the blob was answered as if it were longer.");
    return "The whole and three parts were read.";
  }

  async #look(): Promise<string> {
    const head = await this.#store.head(this.#first, this.#options);
    const listed = await Array.fromAsync(this.#store.list(this.#prefix, this.#options));
    const found = listed.find(({ name }) => name === this.#first);
    expect(head?.size === SIZE, "A blob that was just written is not found by its name.");
    expect(
      found?.size === SIZE && listed.length === 2,
      `A listing shows ${listed.length} blobs where two were just written. A collector would take what it does not see for garbage: keep no vault in this store.`,
    );
    expect(found?.writtenAt === head?.writtenAt, "Listing and look-up tell different times.");
    const absent = await this.#store.head(parseBlobName(`${this.#prefix}absent`), this.#options);
    expect(absent === undefined, "A blob is found that was never written.");
    return head?.tier === undefined ? "The store has no tiers." : `New blobs are ${head.tier}.`;
  }

  async #compareTimes(): Promise<string> {
    const first = await this.#store.head(this.#first, this.#options);
    const second = await this.#store.head(this.#second, this.#options);
    const [early = 0, late = 0] = [first?.writtenAt, second?.writtenAt];
    expect(
      early <= late,
      `The second of two blobs is dated ${formatDuration(early - late)} before the first. Nothing would ever be collected.`,
    );
    const off = this.#options.clock.now() - late;
    expect(
      Math.abs(off) <= CLOCK_TOLERANCE_MS,
      `The store's clock is ${formatDuration(Math.abs(off))} ${off > 0 ? "behind" : "ahead of"} this machine's. Set the clock that is wrong: points would carry wrong times, and Azure accepts no request that is 15 minutes off.`,
    );
    return Math.abs(off) < 2000
      ? "Its clock is that of this machine, to two seconds."
      : `Its clock is ${formatDuration(Math.abs(off))} ${off > 0 ? "behind" : "ahead of"} this machine's.`;
  }

  async #remove(): Promise<string> {
    await this.#store.remove(this.#first, this.#options);
    await this.#store.remove(this.#first, this.#options);
    const head = await this.#store.head(this.#first, this.#options);
    const listed = await Array.fromAsync(this.#store.list(this.#prefix, this.#options));
    const isListed = listed.some(({ name }) => name === this.#first);
    expect(head === undefined && !isListed, "A blob that was removed is still there.");
    await this.#store.put(this.#first, [Buffer.from("anew")], this.#options);
    const anew = await this.#store.get(this.#first, this.#options);
    expect(Buffer.from(anew).toString() === "anew", "The name of a removed blob gives old bytes.");
    return "A blob was removed, and its name used again.";
  }

  /** Also after a failure, so each blob on its own: one that may not be removed must not keep the others. */
  async #cleanUp(): Promise<string> {
    const now = (await this.#store.head(this.#second, this.#options))?.writtenAt;
    let reason: unknown;
    let left = 0;
    for await (const { name, writtenAt } of this.#store.list(FOLDER, this.#options)) {
      const isOwn = name.startsWith(this.#prefix);
      const isAbandoned = now !== undefined && now - writtenAt > ABANDONED_AFTER_MS;
      if (!(isOwn || isAbandoned)) continue;
      await this.#store.remove(name, this.#options).catch((error: unknown) => {
        reason = error;
        left += 1;
      });
    }
    if (reason === undefined) return "No blob of this test is left.";
    throw new BrokenPromise(
      `${left} small blobs under ${FOLDER} could not be removed; they do no harm and are tried again by a later run. ${brokenPromise("", reason).detail}`,
    );
  }

  #isRefused(name: BlobName, bytes: Uint8Array): Promise<boolean> {
    return hasFailed(this.#store.put(name, [bytes], this.#options), "STORE_EXISTS");
  }

  #halves(): readonly Uint8Array[] {
    return [this.#bytes.subarray(0, SIZE / 2), this.#bytes.subarray(SIZE / 2)];
  }
}

function expect(isSo: boolean, otherwise: string): void {
  if (!isSo) throw new BrokenPromise(otherwise);
}

async function hasFailed(call: Promise<unknown>, code: Code): Promise<boolean> {
  try {
    await call;
    return false;
  } catch (error) {
    if (hasCode(error, code)) return true;
    throw error;
  }
}

/** The finding of a check that failed. What nobody expected is thrown on. */
export function brokenPromise(
  promise: string,
  error: unknown,
): ProbeFinding & { readonly verdict: "broken" } {
  const facts = { promise, verdict: "broken", milliseconds: 0 } as const;
  if (error instanceof BrokenPromise) return { ...facts, detail: error.message };
  if (!(error instanceof DiagnosticError)) throw error;
  const { detail, code } = error.diagnostic;
  return { ...facts, detail, code };
}
