import type { VaultAccess } from "../vault-access.ts";
import { type LaneEars, type LaneLink, openThreadLane } from "./lane-link.ts";
import type { LaneReply } from "./lane-messages.ts";

/** Beside the caller's thread, which is a lane itself: one for each further processor, but a third one only adds memory. */
export const THREADS = Math.min(2, Math.max(1, navigator.hardwareConcurrency - 1));

/** A thread takes 50 ms to start: streams of fewer bytes are done without. */
export const LEAST_FOR_THREADS = 12 * 1024 * 1024;

/** Threads that start before there is work for them: Disposed, it ends those that nobody took. */
export class EarlyLanes implements AsyncDisposable {
  readonly #waiting: EarlyLane[] = [];

  constructor({ startLane }: VaultAccess) {
    for (let count = 0; startLane !== undefined && count < THREADS; count += 1) {
      this.#waiting.push(new EarlyLane(startLane()));
    }
  }

  /** One of them, for `ears` to hear; undefined when all are taken. */
  take(ears: LaneEars): LaneLink | undefined {
    return this.#waiting.shift()?.take(ears);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#waiting.splice(0).map((lane) => lane.end()));
  }
}

class EarlyLane {
  readonly #link: LaneLink;
  #ears: LaneEars | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(thread: Parameters<typeof openThreadLane>[0]) {
    this.#link = openThreadLane(thread, {
      onReply: (reply: LaneReply) => this.#ears?.onReply(reply),
      onFailure: (error) => {
        this.#failure ??= { error };
        this.#ears?.onFailure(error);
      },
    });
  }

  take(ears: LaneEars): LaneLink {
    this.#ears = ears;
    const { error } = this.#failure ?? {};
    if (this.#failure !== undefined) setImmediate(() => ears.onFailure(error));
    return this.#link;
  }

  end(): Promise<void> {
    return this.#link.end();
  }
}
