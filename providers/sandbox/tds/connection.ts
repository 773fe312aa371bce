import { once } from "node:events";
import type { Socket } from "node:net";
import type { SandboxEngine, Session } from "../session/session.ts";
import { ProtocolError } from "./byte-reader.ts";
import { Channel } from "./channel.ts";
import { asksForReset, collectMessage } from "./message.ts";
import {
  DEFAULT_PACKET_SIZE,
  PACKET,
  type Packet,
  STATUS_RESET_KEEP_TRANSACTION,
} from "./packet.ts";
import { PacketQueue } from "./packet-queue.ts";
import { describeProtocolError, RESET_REFUSED } from "./protocol-messages.ts";
import { acknowledgeAttention, type Continuation, runBulk, runRequest } from "./request-runner.ts";
import { ResponseStream } from "./response-stream.ts";
import { signIn } from "./sign-in.ts";
import { startOuterTls, type TlsContexts } from "./tls-upgrade.ts";
import { DONE_ERROR, writeEmptyDone, writeMessage, writeResetAck } from "./tokens.ts";

/** First byte of a TLS record that starts a handshake. */
const TLS_HANDSHAKE = 0x16;
const SIGN_IN_LIMIT_MS = 30_000;
const FAREWELL_LIMIT_MS = 2000;

export interface ConnectionOptions {
  readonly engine: SandboxEngine;
  readonly tls: TlsContexts;
  /** Asked at each connection: after how many packets of answers it is cut [never]. */
  readonly packetLimit?: (() => number | undefined) | undefined;
}

/** One client, from its first byte to its last. */
export class Connection {
  readonly #socket: Socket;
  readonly #options: ConnectionOptions;
  readonly #queue: PacketQueue;
  #channel: Channel | undefined;
  #running: AbortController | undefined;

  constructor(socket: Socket, options: ConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#queue = new PacketQueue({
      onAttention: () => this.#running?.abort(),
      onPressure: (paused) => this.#channel?.setPaused(paused),
    });
  }

  /** Serves the client until it goes or is sent away; then its session is closed. Never rejects. */
  async serve(): Promise<void> {
    const socket = this.#socket;
    socket.setNoDelay(true);
    socket.on("error", () => socket.destroy());
    const limit = setTimeout(() => socket.destroy(), SIGN_IN_LIMIT_MS);
    try {
      await this.#serveStream(() => clearTimeout(limit));
    } catch {
      socket.destroy();
    } finally {
      clearTimeout(limit);
      await this.#channel?.end(FAREWELL_LIMIT_MS);
      socket.destroy();
    }
  }

  /** Ends the running request and the connection. */
  stop(): void {
    this.#running?.abort();
    this.#queue.close();
    if (this.#channel === undefined) this.#socket.destroy();
  }

  async #serveStream(onSignedIn: () => void): Promise<void> {
    const opened = await this.#open();
    if (opened === undefined) return;
    const { channel, isStrict } = opened;
    const limit = this.#options.packetLimit?.();
    const stream = new ResponseStream(channel, DEFAULT_PACKET_SIZE, limit);
    const source = (): Promise<Packet | undefined> => this.#queue.next();
    try {
      const context = { ...this.#options, socket: this.#socket, channel, source, stream, isStrict };
      const session = await signIn(context);
      onSignedIn();
      if (session === undefined) return;
      try {
        await this.#serveSession(session, stream);
      } finally {
        session.close();
      }
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      writeMessage(stream.tokens, describeProtocolError(error), "");
      writeEmptyDone(stream.tokens, DONE_ERROR);
      stream.end();
    }
  }

  /** Tells TDS 8.0 from 7.x by the first byte. */
  async #open(): Promise<{ channel: Channel; isStrict: boolean } | undefined> {
    const socket = this.#socket;
    const gone = once(socket, "close").then((): undefined => undefined);
    const data = once(socket, "data") as Promise<[Buffer]>;
    const first = await Promise.race([data, gone]);
    if (first === undefined || socket.destroyed) return undefined;
    socket.pause();
    const [chunk] = first;
    const isStrict = chunk[0] === TLS_HANDSHAKE;
    if (isStrict) socket.unshift(chunk);
    const stream = isStrict ? startOuterTls(socket, this.#options.tls.outer) : socket;
    const channel = new Channel(stream, {
      onData: (bytes) => this.#queue.feed(bytes),
      onClose: () => {
        this.#running?.abort();
        this.#queue.close();
      },
    });
    this.#channel = channel;
    if (!isStrict) channel.unread(chunk);
    stream.resume();
    return { channel, isStrict };
  }

  async #serveSession(session: Session, stream: ResponseStream): Promise<void> {
    let next: Continuation = "open";
    while (next === "open") {
      const packet = await this.#queue.next();
      if (packet === undefined) return;
      next = await this.#answer(packet, session, stream);
    }
  }

  async #answer(first: Packet, session: Session, stream: ResponseStream): Promise<Continuation> {
    if (first.type === PACKET.attention) {
      acknowledgeAttention(stream);
      return "open";
    }
    const controller = new AbortController();
    this.#running = controller;
    const context = { session, stream, signal: controller.signal };
    const source = (): Promise<Packet | undefined> => this.#queue.next();
    try {
      if (first.type === PACKET.bulk) {
        const abort = (): void => controller.abort();
        const { next, attention } = await runBulk(context, { first, source, abort });
        if (attention) acknowledgeAttention(stream);
        return next;
      }
      this.#running = undefined;
      const message = await collectMessage(first, source);
      if (message === undefined) return "ended";
      if (message.type === PACKET.attention) {
        acknowledgeAttention(stream);
        return "open";
      }
      this.#running = controller;
      if (asksForReset(first) && !this.#reset(first, session, stream)) return "ended";
      return await runRequest(context, message);
    } finally {
      this.#running = undefined;
    }
  }

  #reset(first: Packet, session: Session, stream: ResponseStream): boolean {
    if ((first.status & STATUS_RESET_KEEP_TRANSACTION) !== 0) {
      writeMessage(stream.tokens, RESET_REFUSED, session.serverName);
      writeEmptyDone(stream.tokens, DONE_ERROR);
      stream.end();
      return false;
    }
    session.reset();
    writeResetAck(stream.tokens);
    return true;
  }
}
