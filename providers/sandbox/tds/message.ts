import { ProtocolError } from "./byte-reader.ts";
import {
  PACKET,
  type Packet,
  STATUS_END,
  STATUS_IGNORE,
  STATUS_RESET,
  STATUS_RESET_KEEP_TRANSACTION,
} from "./packet.ts";

/** A batch of SQL Server has 65,536 packets at most; this is the memory that one request may take. */
const LARGEST_REQUEST = 1024 * 1024 * 1024;

/** Gives the next packet; undefined once the connection is closed. */
export type PacketSource = () => Promise<Packet | undefined>;

export interface Message {
  readonly type: number;
  readonly payload: Buffer;
  /** The client gave the message up while it sent it: it wants an answer, but nothing done. */
  readonly ignored: boolean;
}

export function asksForReset({ status }: Packet): boolean {
  return (status & (STATUS_RESET | STATUS_RESET_KEEP_TRANSACTION)) !== 0;
}

/**
 * Collects the packets of a message, the first of which is at hand. An attention amid them ends it: what came is dropped, and
 * the attention is given in its place. Undefined: the connection closed before the end.
 */
export async function collectMessage(
  first: Packet,
  source: PacketSource,
  limit = LARGEST_REQUEST,
): Promise<Message | undefined> {
  const parts: Buffer[] = [];
  let length = 0;
  for (let packet: Packet | undefined = first; packet !== undefined; packet = await source()) {
    if (packet.type === PACKET.attention) return { ...packet, ignored: false };
    if (packet.type !== first.type) throw new ProtocolError("a message changes its type");
    parts.push(packet.payload);
    length += packet.payload.length;
    if (length > limit) throw new ProtocolError("a message is too long");
    if ((packet.status & STATUS_END) === 0) continue;
    const ignored = (packet.status & STATUS_IGNORE) !== 0;
    return { type: first.type, payload: Buffer.concat(parts), ignored };
  }
  return undefined;
}
