import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import { type SecureContext, TLSSocket } from "node:tls";
import { HEADER_SIZE, PACKET, STATUS_END } from "./packet.ts";

/** First byte of a TLS record with data of the application. */
const APPLICATION_DATA = 0x17;
const HANDSHAKE_ROOM = 4096 - HEADER_SIZE;

function wrapInPackets(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let from = 0; from < bytes.length; from += HANDSHAKE_ROOM) {
    const payload = bytes.subarray(from, from + HANDSHAKE_ROOM);
    const header = Buffer.alloc(HEADER_SIZE);
    const isLast = from + HANDSHAKE_ROOM >= bytes.length;
    header[0] = PACKET.prelogin;
    header[1] = isLast ? STATUS_END : 0;
    header.writeUInt16BE(payload.length + HEADER_SIZE, 2);
    parts.push(header, payload);
  }
  return Buffer.concat(parts);
}

/** Takes TLS records out of PRELOGIN packets until the first byte comes that starts none. */
function createUnwrapper(give: (bytes: Buffer) => void): (chunk: Buffer) => void {
  let pending: Buffer = Buffer.alloc(0);
  let isBare = false;
  return (chunk) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    while (!isBare && pending.length >= HEADER_SIZE && pending[0] === PACKET.prelogin) {
      const length = Math.max(pending.readUInt16BE(2), HEADER_SIZE);
      if (pending.length < length) return;
      give(pending.subarray(HEADER_SIZE, length));
      pending = pending.subarray(length);
    }
    if (pending.length === 0 || (!isBare && pending[0] === PACKET.prelogin)) return;
    isBare = true;
    give(pending);
    pending = Buffer.alloc(0);
  };
}

/** The server's certificate with the versions of TLS that each way of using it allows. */
export interface TlsContexts {
  /**
   * For TDS 7.x, at most TLS 1.2: 1.3 encrypts the end of its handshake and sends session tickets after it, both where clients
   * wait for PRELOGIN packets.
   */
  readonly inner: SecureContext;
  /** For TDS 8.0. */
  readonly outer: SecureContext;
}

/** TLS on the server's side of a socket, and a way to leave it for the bare socket again. */
export interface TlsLayer {
  readonly stream: TLSSocket;
  /** Encryption of the sign-in alone: what follows goes over the bare socket. */
  leave(): void;
}

/**
 * TLS within TDS 7.x: the handshake travels in PRELOGIN packets, the data after it bare ([MS-TDS] 3.2.5.1).
 */
export function startInnerTls(socket: Socket, secureContext: SecureContext): TlsLayer {
  let isBare = false;
  let isLeft = false;
  const send = (bytes: Buffer, done: (error?: Error | null) => void): void => {
    isBare ||= bytes[0] === APPLICATION_DATA;
    if (isLeft) done();
    else socket.write(isBare ? bytes : wrapInPackets(bytes), done);
  };
  const records = new Duplex({
    read: () => {
      if (!isLeft) socket.resume();
    },
    write: (chunk: Buffer, _encoding, done) => send(chunk, done),
    writev: (chunks, done) => send(Buffer.concat(chunks.map(({ chunk }) => chunk as Buffer)), done),
    final: (done) => {
      if (!isLeft) socket.end();
      done();
    },
    destroy: (error, done) => {
      if (!isLeft) socket.destroy();
      done(error);
    },
  });
  const unwrap = createUnwrapper((bytes) => {
    if (!records.push(bytes)) socket.pause();
  });
  const onEnd = (): void => void records.push(null);
  const onClose = (): void => void records.destroy();
  socket.on("data", unwrap).on("end", onEnd).on("close", onClose);
  const stream = new TLSSocket(records, { isServer: true, secureContext });
  return {
    stream,
    leave() {
      isLeft = true;
      socket.off("data", unwrap).off("end", onEnd).off("close", onClose);
      socket.resume();
    },
  };
}

/** TDS 8.0: TLS from the first byte on, with the name of the protocol agreed by ALPN. */
export function startOuterTls(socket: Socket, secureContext: SecureContext): TLSSocket {
  return new TLSSocket(socket, { isServer: true, secureContext, ALPNProtocols: ["tds/8.0"] });
}
