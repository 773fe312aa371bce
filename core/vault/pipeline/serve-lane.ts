import type { MessagePort } from "node:worker_threads";
import type { KeyedHash } from "../format/chunk-id.ts";
import { createLane } from "./lane.ts";
import type { LaneReply, LaneRequest } from "./lane-messages.ts";

/** The whole work of a worker thread that was started as a vault's lane: serves what comes in at its port, until it is ended. */
export function serveLane(port: MessagePort, blake3: KeyedHash | undefined): void {
  const lane = createLane((reply) => port.postMessage(reply, memoryOf(reply)), { blake3 });
  // The cast holds: only a vault sends to this port.
  port.on("message", (request: unknown) => lane.handle(request as LaneRequest));
}

/** What of a reply is handed over instead of copied. */
function memoryOf(reply: LaneReply): readonly ArrayBuffer[] {
  return reply.type === "pack" ? reply.parts.map(({ buffer }) => buffer) : [];
}
