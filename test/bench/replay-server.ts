import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { ORDER_METADATA, ORDER_ROW_BYTES, orderRows } from "./order-rows.ts";

// A server of TDS with no engine behind it, in a process of its own: it sends rows that were made before, and swallows bulk
// loads. What a client reaches against it is the client's own ceiling. It prints its port, then serves until it is killed.
// Each answer waits as long as a round trip over a slow network takes.
//   node test/bench/replay-server.ts [ROWS] [ROUND_TRIP_MS]
const rows = Number(process.argv[2] ?? 1_000_000);
const roundTrip = Number(process.argv[3] ?? 0);
const HEADER = 8;
const PACKET = 32_767;
const RESPONSE = 0x04;
const TYPE = { batch: 0x01, call: 0x03, bulk: 0x07, login: 0x10, prelogin: 0x12 } as const;
/** The stock client asks by a call of sp_executesql. */
const QUERIES: ReadonlySet<number> = new Set([TYPE.batch, TYPE.call]);
const CHUNK_ROWS = 1000;

function done(count: number): Buffer {
  const token = Buffer.from("fd1000c1000000000000000000", "hex");
  token.writeUInt32LE(count, 5);
  return token;
}

/** B_VARCHAR. */
function shortText(text: string): Buffer {
  return Buffer.concat([Buffer.from([text.length]), Buffer.from(text, "utf16le")]);
}

/** LOGINACK, and ENVCHANGE of collation and packet size, so that bulk loads come in large packets. */
function loginAnswer(): Buffer {
  const name = Buffer.from("Microsoft SQL Server\0\0", "utf16le");
  const acknowledged = Buffer.concat([
    Buffer.from("0174000004", "hex"),
    Buffer.from([name.length / 2]),
    name,
    Buffer.from("10000000", "hex"),
  ]);
  const size = Buffer.concat([Buffer.from([4]), shortText(String(PACKET)), shortText("4096")]);
  const counted = (token: number, body: Buffer) => {
    const head = Buffer.from([token, 0, 0]);
    head.writeUInt16LE(body.length, 1);
    return Buffer.concat([head, body]);
  };
  const collation = Buffer.from("07050904d0003400", "hex");
  return Buffer.concat([
    counted(0xad, acknowledged),
    counted(0xe3, collation),
    counted(0xe3, size),
    done(0),
  ]);
}

/** A message in packets; the last one says so. */
function packetsOf(parts: readonly Buffer[]): Buffer {
  const payload = Buffer.concat(parts);
  const size = PACKET - HEADER;
  const count = Math.max(1, Math.ceil(payload.length / size));
  const framed = Buffer.allocUnsafe(payload.length + count * HEADER);
  for (let at = 0; at < count; at += 1) {
    const body = payload.subarray(at * size, (at + 1) * size);
    const start = at * PACKET;
    framed.writeUInt8(RESPONSE, start);
    framed.writeUInt8(at === count - 1 ? 1 : 0, start + 1);
    framed.writeUInt16BE(body.length + HEADER, start + 2);
    framed.writeUInt32BE(((at & 0xff) << 8) >>> 0, start + 4);
    framed.set(body, start + HEADER);
  }
  return framed;
}

function recording(): Buffer {
  const parts: Buffer[] = [ORDER_METADATA];
  for (let from = 1; from <= rows; from += CHUNK_ROWS) {
    parts.push(orderRows(from, Math.min(CHUNK_ROWS, rows - from + 1)));
  }
  return packetsOf([...parts, done(rows)]);
}

const recorded = recording();
const PIECE = 64 * PACKET;
const ROWS = Buffer.from("REPLAY", "utf16le");
const prelogin = packetsOf([Buffer.from("00000b00060100110001ff10000000000002", "hex")]);
const login = packetsOf([loginAnswer()]);
const nothing = packetsOf([done(0)]);

async function replay(socket: Socket): Promise<void> {
  for (let at = 0; at < recorded.length; at += PIECE) {
    if (!socket.write(recorded.subarray(at, at + PIECE))) await once(socket, "drain");
  }
}

/** Looks at headers only: what lies between is not copied. */
class Listener {
  readonly #socket: Socket;
  #header = Buffer.alloc(0);
  #left = 0;
  #type = 0;
  #isLast = false;
  #kept: Buffer[] = [];
  #swallowed = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  take(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; ) {
      if (this.#left === 0) at = this.#readHeader(chunk, at);
      const end = Math.min(chunk.length, at + this.#left);
      if (this.#type === TYPE.bulk) this.#swallowed += end - at;
      else if (end > at) this.#kept.push(chunk.subarray(at, end));
      this.#left -= end - at;
      at = end;
      if (this.#left === 0 && this.#isLast && this.#header.length === 0) this.#answerLater();
    }
  }

  #readHeader(chunk: Buffer, at: number): number {
    const end = Math.min(chunk.length, at + HEADER - this.#header.length);
    this.#header = Buffer.concat([this.#header, chunk.subarray(at, end)]);
    if (this.#header.length < HEADER) {
      this.#isLast = false;
      return end;
    }
    this.#type = this.#header.readUInt8(0);
    this.#isLast = (this.#header.readUInt8(1) & 1) === 1;
    this.#left = this.#header.readUInt16BE(2) - HEADER;
    this.#header = Buffer.alloc(0);
    return end;
  }

  /** A client asks for one thing at a time. */
  #answerLater(): void {
    if (roundTrip === 0) this.#answer();
    else setTimeout(() => this.#answer(), roundTrip);
  }

  #answer(): void {
    const message = Buffer.concat(this.#kept);
    this.#kept = [];
    this.#isLast = false;
    if (this.#type === TYPE.prelogin) this.#socket.write(prelogin);
    else if (this.#type === TYPE.login) this.#socket.write(login);
    else if (this.#type === TYPE.bulk) this.#answerBulk();
    else if (QUERIES.has(this.#type) && message.includes(ROWS)) void replay(this.#socket);
    else this.#socket.write(nothing);
  }

  #answerBulk(): void {
    this.#socket.write(packetsOf([done(Math.floor(this.#swallowed / ORDER_ROW_BYTES))]));
    this.#swallowed = 0;
  }
}

const server = createServer((socket) => {
  const listener = new Listener(socket);
  socket.setNoDelay(true);
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk: Buffer) => listener.take(chunk));
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object" && address !== null) process.stdout.write(`${address.port}\n`);
});
