import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { FAKE_PASSWORD } from "./fake-engine.ts";

/** A message in packets of at most `size` bytes. */
export function packets(
  type: number,
  payload: Uint8Array,
  { size = 4096, status = 0 } = {},
): Buffer {
  const parts: Buffer[] = [];
  const room = size - 8;
  for (let from = 0; from === 0 || from < payload.length; from += room) {
    const slice = payload.subarray(from, from + room);
    const isLast = from + room >= payload.length;
    const header = Buffer.from([
      type,
      (isLast ? 1 : 0) | (from === 0 ? status : 0),
      0,
      0,
      0,
      0,
      1,
      0,
    ]);
    header.writeUInt16BE(slice.length + 8, 2);
    parts.push(header, Buffer.from(slice));
  }
  return Buffer.concat(parts);
}

/** PRELOGIN that offers no encryption. */
export const PLAIN_PRELOGIN = Buffer.from([1, 0, 6, 0, 1, 0xff, 2]);

export interface LoginFields {
  readonly version?: number;
  readonly packetSize?: number;
  readonly username?: string;
  readonly password?: string;
  readonly database?: string;
}

export function login7(fields: LoginFields = {}): Buffer {
  const { version = 0x7400_0004, packetSize = 4096, username = "sa" } = fields;
  const { password = FAKE_PASSWORD, database = "" } = fields;
  const secret = Buffer.from(password, "utf16le").map((byte) => {
    const swapped = ((byte << 4) | (byte >> 4)) & 0xff;
    return swapped ^ 0xa5;
  });
  const texts = ["host", username, secret, "test", "server", "", "", "", database];
  const head = Buffer.alloc(94);
  let offset = head.length;
  const bodies = texts.map((text, index) => {
    const bytes = typeof text === "string" ? Buffer.from(text, "utf16le") : Buffer.from(text);
    head.writeUInt16LE(offset, 36 + index * 4);
    head.writeUInt16LE(bytes.length / 2, 38 + index * 4);
    offset += bytes.length;
    return bytes;
  });
  head.writeUInt32LE(offset, 0);
  head.writeUInt32LE(version, 4);
  head.writeUInt32LE(packetSize, 8);
  return Buffer.concat([head, ...bodies]);
}

export const ALL_HEADERS = Buffer.from([
  22, 0, 0, 0, 18, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0,
]);

export function batch(sql: string): Buffer {
  return Buffer.concat([ALL_HEADERS, Buffer.from(sql, "utf16le")]);
}

/** A client that speaks in bytes. */
export class RawClient {
  readonly socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #wake: (() => void) | undefined;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on("data", (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#wake?.();
    });
    socket.on("error", () => socket.destroy());
    socket.on("close", () => this.#wake?.());
  }

  send(bytes: Uint8Array): void {
    this.socket.write(bytes);
  }

  /** The payload of the next message; undefined when the server closed before its end. */
  async message(): Promise<Buffer | undefined> {
    const parts: Buffer[] = [];
    for (;;) {
      const packet = await this.#packet();
      if (packet === undefined) return undefined;
      parts.push(packet.subarray(8));
      if ((packet.readUInt8(1) & 1) !== 0) return Buffer.concat(parts);
    }
  }

  async #packet(): Promise<Buffer | undefined> {
    for (;;) {
      const length = this.#received.length >= 8 ? this.#received.readUInt16BE(2) : 8;
      if (this.#received.length >= Math.max(length, 8)) {
        const packet = this.#received.subarray(0, length);
        this.#received = this.#received.subarray(length);
        return packet;
      }
      if (this.socket.closed) return undefined;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
    }
  }

  async close(): Promise<void> {
    if (this.socket.closed) return;
    const closed = once(this.socket, "close");
    this.socket.destroy();
    await closed;
  }
}

export async function connectRaw(port: number): Promise<RawClient> {
  const socket = connect(port, "127.0.0.1");
  const client = new RawClient(socket);
  await once(socket, "connect");
  return client;
}

/** Signs in without encryption and gives the client with its answer read. */
export async function signInRaw(port: number, fields: LoginFields = {}): Promise<RawClient> {
  const client = await connectRaw(port);
  client.send(packets(0x12, PLAIN_PRELOGIN));
  await client.message();
  client.send(packets(0x10, login7(fields)));
  await client.message();
  return client;
}
