import { createServer, type Server, type Socket } from "node:net";
import { GOLDEN_COMPRESSED_ROW, GOLDEN_DONE, GOLDEN_METADATA, GOLDEN_ROW } from "./golden-rows.ts";

const HEADER = 8;
const SQL_BATCH = 0x01;
const BULK_LOAD = 0x07;
const LOGIN = 0x10;
const PRELOGIN = 0x12;
const RESPONSE = 0x04;
const WHOLE = 4096;

const DONE = Buffer.from("fd000000000000000000000000", "hex");
const PRELOGIN_ANSWER = Buffer.from("00000b00060100110001ff10000000000002", "hex");
const PRODUCT = Buffer.from("Microsoft SQL Server\0\0", "utf16le");
const LOGIN_ANSWER = Buffer.concat([
  Buffer.from("ad36000174000004", "hex"),
  Buffer.from([PRODUCT.length / 2]),
  PRODUCT,
  Buffer.from("10000000", "hex"),
  DONE,
]);
const GOLDEN = Buffer.concat([GOLDEN_METADATA, GOLDEN_ROW, GOLDEN_COMPRESSED_ROW, GOLDEN_DONE]);

function packets(payload: Buffer, size: number): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < payload.length; at += size) {
    const body = payload.subarray(at, at + size);
    const header = Buffer.alloc(HEADER);
    header.writeUInt8(RESPONSE, 0);
    header.writeUInt8(at + size >= payload.length ? 1 : 0, 1);
    header.writeUInt16BE(body.length + HEADER, 2);
    header.writeUInt8((parts.length / 2) & 0xff, 6);
    parts.push(header, body);
  }
  return Buffer.concat(parts);
}

/** Answers one client: a golden result for the batch `GOLDEN`, and remembers what bulk load it sent. */
export interface GoldenServer extends AsyncDisposable {
  readonly port: number;
  readonly bulkLoad: () => Buffer | undefined;
}

class Conversation {
  #received: Buffer = Buffer.alloc(0);
  #message: Buffer[] = [];
  readonly #answer: (type: number, message: Buffer) => Buffer;

  constructor(socket: Socket, answer: (type: number, message: Buffer) => Buffer) {
    this.#answer = answer;
    socket.on("error", () => socket.destroy());
    socket.on("data", (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      for (let reply = this.#next(); reply !== undefined; reply = this.#next()) {
        if (reply.length > 0) socket.write(reply);
      }
    });
  }

  /** The reply to the next packet, empty in the middle of a message; undefined when no packet is whole. */
  #next(): Buffer | undefined {
    if (this.#received.length < HEADER) return undefined;
    const length = this.#received.readUInt16BE(2);
    if (this.#received.length < length) return undefined;
    const packet = this.#received.subarray(0, length);
    this.#received = this.#received.subarray(length);
    this.#message.push(packet.subarray(HEADER));
    const isLast = (packet.readUInt8(1) & 1) === 1;
    if (!isLast) return Buffer.alloc(0);
    const message = Buffer.concat(this.#message);
    this.#message = [];
    return this.#answer(packet.readUInt8(0), message);
  }
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** `packetSize`: how many bytes of a result each packet carries. */
export async function startGoldenServer(packetSize: number): Promise<GoldenServer> {
  let bulkLoad: Buffer | undefined;
  const golden = Buffer.from("GOLDEN", "utf16le");
  const answer = (type: number, message: Buffer): Buffer => {
    if (type === PRELOGIN) return packets(PRELOGIN_ANSWER, WHOLE);
    if (type === LOGIN) return packets(LOGIN_ANSWER, WHOLE);
    if (type === BULK_LOAD) {
      bulkLoad = message;
      return packets(GOLDEN_DONE, WHOLE);
    }
    const isGolden = type === SQL_BATCH && message.includes(golden);
    return isGolden ? packets(GOLDEN, packetSize) : packets(DONE, WHOLE);
  };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    new Conversation(socket, answer);
  });
  const port = await listen(server);
  return {
    port,
    bulkLoad: () => bulkLoad,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}
