import type { Socket } from "node:net";
import type { SandboxEngine, Session, SqlError } from "../session/session.ts";
import { ByteReader, ProtocolError } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";
import type { Channel } from "./channel.ts";
import { type Login7, parseLogin7, TDS_VERSIONS } from "./login7.ts";
import { collectMessage, type Message, type PacketSource } from "./message.ts";
import { DEFAULT_PACKET_SIZE, PACKET } from "./packet.ts";
import {
  buildPrelogin,
  chooseEncryption,
  type EncryptionScope,
  parsePrelogin,
} from "./prelogin.ts";
import {
  contextChanged,
  describeVersion,
  INTEGRATED_REFUSED,
  LANGUAGE_CHANGED,
  loginFailed,
} from "./protocol-messages.ts";
import type { ResponseStream } from "./response-stream.ts";
import { startInnerTls, type TlsContexts, type TlsLayer } from "./tls-upgrade.ts";
import {
  DONE_ERROR,
  writeEmptyDone,
  writeEnvironment,
  writeFeatureAck,
  writeFederationInfo,
  writeLoginAck,
  writeMessage,
  writePacketSize,
  writeServerCollation,
} from "./tokens.ts";

/** LOGIN7 is limited to this by the protocol; before the sign-in nothing longer is taken. */
const LARGEST_LOGIN = 128 * 1024;
const DATABASE_REFUSED = 4060;

export interface SignIn {
  readonly engine: SandboxEngine;
  readonly tls: TlsContexts;
  readonly socket: Socket;
  readonly channel: Channel;
  readonly source: PacketSource;
  readonly stream: ResponseStream;
  /** The connection is TLS from its first byte on (TDS 8.0). */
  readonly isStrict: boolean;
}

async function receive(
  source: PacketSource,
  types: readonly number[],
): Promise<Message | undefined> {
  const first = await source();
  if (first === undefined) return undefined;
  if (!types.includes(first.type)) throw new ProtocolError("the client does not sign in");
  return collectMessage(first, source, LARGEST_LOGIN);
}

/** Answers PRELOGIN and, where agreed, starts the encryption. */
function agreeOnEncryption(
  signIn: SignIn,
  payload: Buffer,
): { scope: EncryptionScope; tls?: TlsLayer } {
  const { encryption, federation } = parsePrelogin(payload);
  const { answer, scope } = signIn.isStrict
    ? { answer: encryption, scope: "none" as const }
    : chooseEncryption(encryption);
  const hasTokens = signIn.engine.tokens !== undefined;
  const told = federation === "yes" && !hasTokens ? "no" : federation;
  signIn.stream.tokens.bytes(buildPrelogin(answer, told));
  signIn.stream.end();
  if (scope === "none") return { scope };
  signIn.channel.detach();
  const tls = startInnerTls(signIn.socket, signIn.tls.inner);
  signIn.channel.switchTo(tls.stream);
  return { scope, tls };
}

/** Signs a client in. Undefined: refused, told so, and to be closed; or gone. Throws ProtocolError. */
export async function signIn(context: SignIn): Promise<Session | undefined> {
  let message = await receive(context.source, [PACKET.prelogin, PACKET.login7]);
  if (message?.type === PACKET.prelogin) {
    const { scope, tls } = agreeOnEncryption(context, message.payload);
    message = await receive(context.source, [PACKET.login7]);
    if (scope === "login" && tls !== undefined) {
      tls.leave();
      context.channel.switchTo(context.socket);
    }
  }
  if (message === undefined) return undefined;
  const login = await withToken(parseLogin7(message.payload), context);
  return login && answerLogin(context, login);
}

/** Puts the token in the place of a password. Undefined: the client went instead of bringing one. */
async function withToken(login: Login7, context: SignIn): Promise<Login7 | undefined> {
  const { federation, request } = login;
  if (federation === undefined) return login;
  const token =
    federation.library === "security_token" ? federation.token : await askForToken(context);
  return token === undefined ? undefined : { ...login, request: { ...request, token } };
}

/** Where no tokens are taken, none is asked for: an empty one is refused as any wrong one. */
async function askForToken({ engine, stream, source }: SignIn): Promise<string | undefined> {
  if (engine.tokens === undefined) return "";
  writeFederationInfo(stream.tokens, engine.tokens);
  stream.end();
  const message = await receive(source, [PACKET.federationToken]);
  return message && parseFederationToken(message.payload);
}

/** The message of [MS-TDS] 2.2.6.3: its length, then the token with its own. */
function parseFederationToken(payload: Buffer): string {
  const reader = new ByteReader(payload);
  reader.skip(4);
  return Buffer.from(reader.bytes(reader.u32())).toString("utf16le");
}

function answerLogin({ engine, stream }: SignIn, login: Login7): Session | undefined {
  const outcome = checkLogin(engine, login);
  if (!("batch" in outcome)) {
    refuse(stream.tokens, outcome);
    stream.end();
    return undefined;
  }
  const packetSize = login.packetSize === 0 ? DEFAULT_PACKET_SIZE : login.packetSize;
  accept(stream.tokens, outcome, { login, packetSize });
  stream.end();
  stream.packetSize = packetSize;
  return outcome;
}

function checkLogin(engine: SandboxEngine, login: Login7): Session | readonly SqlError[] {
  const { tdsVersion, request } = login;
  if (!Object.values<number>(TDS_VERSIONS).includes(tdsVersion)) {
    return [describeVersion(tdsVersion)];
  }
  if (login.integratedSecurity) return [INTEGRATED_REFUSED];
  const outcome = engine.login(request);
  if ("batch" in outcome) return outcome;
  return outcome.number === DATABASE_REFUSED ? [outcome, loginFailed(request.username)] : [outcome];
}

function refuse(tokens: ByteWriter, errors: readonly SqlError[]): void {
  for (const error of errors) writeMessage(tokens, error, "");
  writeEmptyDone(tokens, DONE_ERROR);
}

function accept(
  tokens: ByteWriter,
  session: Session,
  { login, packetSize }: { readonly login: Login7; readonly packetSize: number },
): void {
  const { database, serverName } = session;
  writeEnvironment(tokens, { kind: "database", from: "master", to: database });
  writeMessage(tokens, contextChanged(database), serverName);
  writeServerCollation(tokens);
  writeEnvironment(tokens, { kind: "language", from: "", to: "us_english" });
  writeMessage(tokens, LANGUAGE_CHANGED, serverName);
  writeLoginAck(tokens, login.tdsVersion);
  writePacketSize(tokens, packetSize, DEFAULT_PACKET_SIZE);
  if (login.features !== undefined) writeFeatureAck(tokens, login.features);
  writeEmptyDone(tokens, 0);
}
