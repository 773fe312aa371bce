import type { Worker } from "node:worker_threads";
import { failure } from "../../diagnostics/diagnostic.ts";
import type { KeyedHash } from "../format/chunk-id.ts";
import { createLane } from "./lane.ts";
import type { LaneReply, LaneRequest } from "./lane-messages.ts";

/** The near end of a lane. */
export interface LaneLink {
  send(request: LaneRequest): void;
  /** Ends the lane, whatever it is doing. */
  end(): Promise<void>;
}

export interface LaneEars {
  onReply(reply: LaneReply): void;
  onFailure(error: unknown): void;
}

/** A lane in this thread: it works between other events, one segment at a time. */
export function openOwnLane(ears: LaneEars, blake3: KeyedHash | undefined): LaneLink {
  let isEnded = false;
  const reply = (given: LaneReply): void => {
    if (!isEnded) ears.onReply(given);
  };
  const pause = () => new Promise<void>((resolve) => setImmediate(() => isEnded || resolve()));
  const lane = createLane(reply, { blake3, pause });
  const waiting: Iterator<void>[] = [];
  const step = (): void => {
    if (isEnded) return;
    const [work] = waiting;
    if (work?.next().done === true) waiting.shift();
    if (waiting.length > 0) setImmediate(step);
  };
  return {
    send: (request) => {
      if (request.type !== "batch" && request.type !== "read") return lane.handle(request);
      waiting.push(lane.steps(request)[Symbol.iterator]());
      if (waiting.length === 1) setImmediate(step);
    },
    end: async () => {
      isEnded = true;
    },
  };
}

/** A lane in a thread of its own. */
export function openThreadLane(thread: Worker, ears: LaneEars): LaneLink {
  let isEnded = false;
  thread.on("message", (reply: LaneReply) => {
    if (!isEnded) ears.onReply(reply);
  });
  thread.on("error", (cause) => ears.onFailure(laneLost(cause)));
  thread.on("exit", (code) => {
    if (!isEnded) ears.onFailure(laneLost(new Error(`the thread ended with code ${code}`)));
  });
  return {
    send: (request) => thread.postMessage(request),
    end: async () => {
      isEnded = true;
      await thread.terminate();
    },
  };
}

function laneLost(cause: unknown): Error {
  return failure(
    {
      code: "VAULT_LANE_FAILED",
      summary: "Thread of the vault failed",
      detail:
        "A thread that compresses and encrypts for the vault came to an unexpected end, for want of memory or by a fault of ours. " +
        "No point was made visible, and every earlier one is as it was. Run the command again, on a machine with more free memory if it happens again.",
    },
    cause,
  );
}
