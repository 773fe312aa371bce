import { ByteWriter } from "./byte-writer.ts";
import type { Channel } from "./channel.ts";
import { framePackets, PACKET, STATUS_END } from "./packet.ts";

/** Whole packets are sent once this many bytes wait. */
const BATCH_SIZE = 64 * 1024;

/** The tokens of one response after the other, sent as packets of the negotiated size. */
export class ResponseStream {
  readonly tokens = new ByteWriter();
  readonly #channel: Channel;
  /** How many packets may still be sent before the connection is cut. */
  #left: number;
  #packetSize: number;
  #nextId = 1;

  constructor(channel: Channel, packetSize: number, limit = Number.POSITIVE_INFINITY) {
    this.#channel = channel;
    this.#left = limit;
    this.#packetSize = packetSize;
  }

  set packetSize(size: number) {
    this.#packetSize = size;
  }

  /** Sends whole packets when enough has gathered. */
  sendSome(): void {
    if (this.tokens.length >= BATCH_SIZE) this.#send(false);
  }

  /** Sends all that was written, the last packet short; more of the response has to follow. */
  sendAll(): void {
    this.#send(false);
    const rest = this.tokens.peek();
    if (rest.length === 0) return;
    const { bytes } = framePackets(rest, this.#framing(true));
    bytes[1] = (bytes[1] ?? 0) & ~STATUS_END;
    this.#nextId += 1;
    this.tokens.discard(rest.length);
    this.#channel.write(bytes);
  }

  /** Sends the rest and ends the response. */
  end(): void {
    this.#send(true);
    this.#nextId = 1;
  }

  async drained(): Promise<void> {
    await this.#channel.drained();
  }

  #framing(ends: boolean): Parameters<typeof framePackets>[1] {
    const framing = { type: PACKET.response, packetSize: this.#packetSize };
    return { ...framing, firstId: this.#nextId, ends };
  }

  #send(ends: boolean): void {
    const { bytes, used, packets } = framePackets(this.tokens.peek(), this.#framing(ends));
    this.tokens.discard(used);
    this.#nextId += packets;
    this.#left -= packets;
    if (this.#left < 0) this.#channel.destroy();
    else if (bytes.length > 0) this.#channel.write(bytes);
  }
}
