import type { Readable } from "node:stream";

/**
 * The stream's chunks as they came in. A stream's own iterator joins all that has arrived into one buffer, which copies every
 * byte once more. At most one chunk waits here, besides what the stream itself holds. Left early, the stream is destroyed.
 */
export class InFlow implements AsyncIterableIterator<Buffer, void> {
  readonly #stream: Readable;
  readonly #ready: Buffer[] = [];
  #isOver = false;
  #failure: Error | undefined;
  #wanted: (() => void) | undefined;

  constructor(stream: Readable) {
    this.#stream = stream;
    stream.on("data", (chunk: Buffer) => {
      this.#ready.push(chunk);
      stream.pause();
      this.#tell();
    });
    stream.once("end", () => this.#end());
    stream.once("close", () => this.#end());
    stream.once("error", (error) => this.#end(error));
  }

  async next(): Promise<IteratorResult<Buffer, void>> {
    if (this.#ready.length === 0 && !this.#isOver) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wanted = resolve;
      this.#stream.resume();
      await promise;
    }
    const value = this.#ready.shift();
    if (value !== undefined) return { done: false, value };
    if (this.#failure !== undefined) throw this.#failure;
    return { done: true, value: undefined };
  }

  return(): Promise<IteratorResult<Buffer, void>> {
    if (!this.#isOver) this.#stream.destroy();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #end(error?: Error): void {
    this.#isOver = true;
    this.#failure ??= error;
    this.#tell();
  }

  #tell(): void {
    this.#wanted?.();
    this.#wanted = undefined;
  }
}
