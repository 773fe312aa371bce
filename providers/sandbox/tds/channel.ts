import type { Duplex } from "node:stream";

/** The bytes of one connection, plain or within TLS; the stream below can be changed while nothing is under way. */
export class Channel {
  #stream: Duplex;
  #closed = false;
  readonly #onData: (chunk: Buffer) => void;
  readonly #onClose: () => void;

  constructor(
    stream: Duplex,
    events: { readonly onData: (chunk: Buffer) => void; readonly onClose: () => void },
  ) {
    this.#stream = stream;
    this.#onData = events.onData;
    this.#onClose = events.onClose;
    this.#attach();
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** Hears no more of the stream below, which something else reads from now on. */
  detach(): void {
    this.#stream.off("data", this.#onData);
  }

  /** Speaks through another stream from now on. */
  switchTo(stream: Duplex): void {
    this.detach();
    this.#stream = stream;
    this.#attach();
  }

  /** Bytes that were read before the channel took over. */
  unread(chunk: Buffer): void {
    this.#onData(chunk);
  }

  write(bytes: Uint8Array): void {
    if (!this.#closed) this.#stream.write(bytes);
  }

  /** Resolves when the stream takes more, or is closed. */
  async drained(): Promise<void> {
    if (this.#closed || !this.#stream.writableNeedDrain) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const stream = this.#stream;
    stream.once("drain", resolve).once("close", resolve);
    await promise;
    stream.off("drain", resolve).off("close", resolve);
  }

  setPaused(paused: boolean): void {
    if (paused) this.#stream.pause();
    else this.#stream.resume();
  }

  /** Sends what is written and closes; waits at most `milliseconds` for the client to take it. */
  async end(milliseconds: number): Promise<void> {
    if (this.#closed) return;
    const stream = this.#stream;
    const timer = setTimeout(() => stream.destroy(), milliseconds);
    const { promise, resolve } = Promise.withResolvers<void>();
    stream.once("close", resolve);
    stream.end();
    stream.resume();
    await promise;
    clearTimeout(timer);
  }

  destroy(): void {
    this.#stream.destroy();
  }

  #attach(): void {
    const close = (): void => {
      if (this.#closed) return;
      this.#closed = true;
      this.#onClose();
    };
    this.#stream.on("data", this.#onData);
    this.#stream.on("error", () => this.#stream.destroy());
    this.#stream.on("end", close);
    this.#stream.on("close", close);
  }
}
