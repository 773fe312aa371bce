/** Packet types ([MS-TDS] 2.2.3.1.1). */
export const PACKET = {
  batch: 0x01,
  rpc: 0x03,
  response: 0x04,
  attention: 0x06,
  bulk: 0x07,
  federationToken: 0x08,
  transaction: 0x0e,
  login7: 0x10,
  prelogin: 0x12,
} as const;

export const STATUS_END = 0x01;
export const STATUS_IGNORE = 0x02;
export const STATUS_RESET = 0x08;
export const STATUS_RESET_KEEP_TRANSACTION = 0x10;

export const HEADER_SIZE = 8;
export const DEFAULT_PACKET_SIZE = 4096;
export const LARGEST_PACKET_SIZE = 32_767;
export const SMALLEST_PACKET_SIZE = 512;

export interface Packet {
  readonly type: number;
  readonly status: number;
  readonly payload: Buffer;
}

export interface Framing {
  readonly type: number;
  readonly packetSize: number;
  /** Number of the first packet; they count up modulo 256. */
  readonly firstId: number;
  /** Whether the last packet ends the message; if not, only whole packets are made. */
  readonly ends: boolean;
}

export interface Framed {
  readonly bytes: Buffer;
  /** How much of the payload went into them. */
  readonly used: number;
  readonly packets: number;
}

/** Cuts a payload into packets of one size. At least one byte stays back for the packet that ends the message. */
export function framePackets(payload: Buffer, framing: Framing): Framed {
  const room = framing.packetSize - HEADER_SIZE;
  const whole = Math.floor(Math.max(payload.length - 1, 0) / room);
  const packets = framing.ends ? whole + 1 : whole;
  const used = framing.ends ? payload.length : whole * room;
  const bytes = Buffer.allocUnsafe(used + packets * HEADER_SIZE);
  for (let index = 0; index < packets; index += 1) {
    const from = index * room;
    const size = Math.min(room, used - from);
    const at = index * framing.packetSize;
    const isLast = framing.ends && index === packets - 1;
    bytes[at] = framing.type;
    bytes[at + 1] = isLast ? STATUS_END : 0;
    bytes.writeUInt16BE(size + HEADER_SIZE, at + 2);
    bytes.writeUInt16BE(0, at + 4);
    bytes[at + 6] = (framing.firstId + index) & 0xff;
    bytes[at + 7] = 0;
    payload.copy(bytes, at + HEADER_SIZE, from, from + size);
  }
  return { bytes, used, packets };
}
