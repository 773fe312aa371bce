import type { KeyedHash } from "../format/chunk-id.ts";
import type { LaneReply, LaneRequest } from "./lane-messages.ts";
import { ReadLane } from "./read-lane.ts";
import { StoreLane } from "./store-lane.ts";

/** The far end of a lane, on any thread: takes requests in turn, and gives replies. */
export interface Lane {
  handle(request: LaneRequest): void;
  /** The same in steps, between which the thread may do other work: of a millisecond where it reads. */
  steps(request: LaneRequest): Iterable<void>;
}

export interface LaneOptions {
  readonly blake3: KeyedHash | undefined;
  /** Waits until others of the thread had their turn: after each segment that is stored. */
  readonly pause?: (() => Promise<void>) | undefined;
}

/** A lane stores or reads, as its setup says. */
export function createLane(reply: (reply: LaneReply) => void, options: LaneOptions): Lane {
  const { blake3 } = options;
  const store = new StoreLane(reply, options);
  const read = new ReadLane(reply, blake3);
  const handle = (request: LaneRequest): void => {
    if (request.type === "read" || request.type === "read-setup") read.handle(request);
    else store.handle(request);
  };
  return {
    handle,
    *steps(request) {
      if (request.type === "read") yield* read.steps(request);
      else handle(request);
    },
  };
}
