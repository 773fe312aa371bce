import { ProtocolError } from "./byte-reader.ts";
import { HEADER_SIZE, LARGEST_PACKET_SIZE, PACKET, type Packet } from "./packet.ts";

/** Above this many waiting bytes the client is asked to pause. */
const HIGH_WATER = 256 * 1024;

export interface PacketQueueEvents {
  /** An attention arrived: told at once, though its packet stands in line behind the others. */
  readonly onAttention: () => void;
  /** Whether more bytes are wanted now. */
  readonly onPressure: (paused: boolean) => void;
}

/** Splits what a connection receives into packets and holds at most some hundred KiB of them. */
export class PacketQueue {
  readonly #events: PacketQueueEvents;
  readonly #packets: Packet[] = [];
  #pending: Buffer = Buffer.alloc(0);
  #waiting: (() => void) | undefined;
  #bytes = 0;
  #paused = false;
  #closed = false;
  #failure: ProtocolError | undefined;

  constructor(events: PacketQueueEvents) {
    this.#events = events;
  }

  feed(chunk: Buffer): void {
    if (this.#closed || this.#failure !== undefined) return;
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    this.#split();
    this.#wake();
    if (this.#bytes > HIGH_WATER && !this.#paused) {
      this.#paused = true;
      this.#events.onPressure(true);
    }
  }

  /** No packet comes any more; those in line are forgotten. */
  close(): void {
    this.#closed = true;
    this.#packets.length = 0;
    this.#wake();
  }

  /** The next packet; undefined once the connection is closed. Throws ProtocolError for what is no packet. */
  async next(): Promise<Packet | undefined> {
    while (this.#packets.length === 0 && !this.#closed && this.#failure === undefined) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting = resolve;
      await promise;
    }
    const packet = this.#packets.shift();
    if (packet === undefined) {
      if (this.#failure !== undefined && !this.#closed) throw this.#failure;
      return undefined;
    }
    this.#bytes -= packet.payload.length + HEADER_SIZE;
    if (this.#paused && this.#bytes < HIGH_WATER / 2) {
      this.#paused = false;
      this.#events.onPressure(false);
    }
    return packet;
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.();
  }

  #split(): void {
    let offset = 0;
    while (this.#pending.length - offset >= HEADER_SIZE) {
      const length = this.#pending.readUInt16BE(offset + 2);
      if (length < HEADER_SIZE || length > LARGEST_PACKET_SIZE + 1) {
        this.#failure = new ProtocolError("a packet has a wrong length");
        break;
      }
      if (this.#pending.length - offset < length) break;
      this.#accept(this.#pending.subarray(offset, offset + length));
      offset += length;
    }
    this.#pending = this.#pending.subarray(offset);
  }

  #accept(bytes: Buffer): void {
    const packet: Packet = {
      type: bytes.readUInt8(0),
      status: bytes.readUInt8(1),
      payload: bytes.subarray(HEADER_SIZE),
    };
    this.#packets.push(packet);
    this.#bytes += bytes.length;
    if (packet.type === PACKET.attention) this.#events.onAttention();
  }
}
