import type { EnvironmentChange, SqlError } from "../session/session.ts";
import { DEFAULT_COLLATION, findCollation } from "../values/collations.ts";
import type { ByteWriter } from "./byte-writer.ts";

/** Token bytes of the stream that the server sends ([MS-TDS] 2.2.4). */
export const TOKEN = {
  returnStatus: 0x79,
  columnMetadata: 0x81,
  error: 0xaa,
  info: 0xab,
  returnValue: 0xac,
  loginAck: 0xad,
  featureExtAck: 0xae,
  fedAuthInfo: 0xee,
  row: 0xd1,
  nbcRow: 0xd2,
  envChange: 0xe3,
  done: 0xfd,
  doneProc: 0xfe,
  doneInProc: 0xff,
} as const;

export const DONE_MORE = 0x0001;
export const DONE_ERROR = 0x0002;
const DONE_COUNT = 0x0010;
export const DONE_ATTENTION = 0x0020;

/** Errors of this class and above end the connection. */
export const FATAL_CLASS = 20;
const INFORMATION_CLASS = 10;
const MESSAGE_LIMIT = 8000;

const ENV = {
  database: 1,
  language: 2,
  packetSize: 4,
  collation: 7,
  begin: 8,
  commit: 9,
  rollback: 10,
  reset: 18,
} as const;

/** Writes a token that starts with the length of what follows in two bytes. */
function writeSized(writer: ByteWriter, token: number, body: () => void): void {
  writer.u8(token);
  const start = writer.length;
  writer.u16(0);
  body();
  writer.patchU16(start, writer.length - start - 2);
}

/** Writes INFO for class 10 and below, ERROR above. */
export function writeMessage(writer: ByteWriter, message: SqlError, serverName: string): void {
  const token = message.class <= INFORMATION_CLASS ? TOKEN.info : TOKEN.error;
  writeSized(writer, token, () => {
    writer.i32(message.number);
    writer.u8(message.state);
    writer.u8(message.class);
    writer.longText(message.message.slice(0, MESSAGE_LIMIT));
    writer.shortText(serverName);
    writer.shortText(message.procedure);
    writer.i32(message.line);
  });
}

export interface Done {
  readonly token: number;
  readonly status: number;
  readonly command: number;
  readonly rowCount: number | undefined;
}

/** Writes DONE, DONEPROC or DONEINPROC; the count bit is set when there is a count. */
export function writeDone(writer: ByteWriter, done: Done): void {
  writer.u8(done.token);
  writer.u16(done.rowCount === undefined ? done.status : done.status | DONE_COUNT);
  writer.u16(done.command);
  writer.u64(done.rowCount ?? 0);
}

/** Ends a response that has no result: with an error, with an attention, or well (0). */
export function writeEmptyDone(writer: ByteWriter, status: number): void {
  writeDone(writer, { token: TOKEN.done, status, command: 0, rowCount: undefined });
}

function writeTextChange(
  writer: ByteWriter,
  kind: number,
  change: readonly [string, string],
): void {
  writeSized(writer, TOKEN.envChange, () => {
    writer.u8(kind);
    for (const text of change) writer.shortText(text);
  });
}

/** Tells the transaction that began (old is empty) or ended (new is empty). */
function writeTransactionChange(writer: ByteWriter, kind: number, descriptor: bigint): void {
  writeSized(writer, TOKEN.envChange, () => {
    writer.u8(kind);
    if (kind !== ENV.begin) writer.u8(0);
    writer.u8(8);
    writer.big64(descriptor);
    if (kind === ENV.begin) writer.u8(0);
  });
}

export function writeEnvironment(writer: ByteWriter, change: EnvironmentChange): void {
  switch (change.kind) {
    case "database":
      return writeTextChange(writer, ENV.database, [change.to, change.from]);
    case "language":
      return writeTextChange(writer, ENV.language, [change.to, change.from]);
    case "begin_transaction":
      return writeTransactionChange(writer, ENV.begin, change.descriptor);
    case "commit_transaction":
      return writeTransactionChange(writer, ENV.commit, change.descriptor);
    case "rollback_transaction":
      return writeTransactionChange(writer, ENV.rollback, change.descriptor);
    default:
      return change satisfies never;
  }
}

export function writePacketSize(writer: ByteWriter, size: number, old: number): void {
  writeTextChange(writer, ENV.packetSize, [String(size), String(old)]);
}

/** Tells the server's collation, by which clients read what names none. */
export function writeServerCollation(writer: ByteWriter): void {
  const wire = findCollation(DEFAULT_COLLATION)?.wire ?? new Uint8Array(5);
  writeSized(writer, TOKEN.envChange, () => {
    writer.u8(ENV.collation);
    writer.u8(wire.length);
    writer.bytes(wire);
    writer.u8(0);
  });
}

/** Tells that the connection was reset as the request's header asked. */
export function writeResetAck(writer: ByteWriter): void {
  writeSized(writer, TOKEN.envChange, () => {
    writer.u8(ENV.reset);
    writer.u16(0);
  });
}

/** SQL Server 2022: 16.0.1000. */
export const SERVER_VERSION = { major: 16, minor: 0, build: 1000 } as const;

/** Tells the version of TDS that is spoken and the server's own. */
export function writeLoginAck(writer: ByteWriter, tdsVersion: number): void {
  writeSized(writer, TOKEN.loginAck, () => {
    writer.u8(1);
    for (const shift of [24, 16, 8, 0]) writer.u8((tdsVersion >>> shift) & 0xff);
    writer.shortText("Microsoft SQL Server");
    writer.u8(SERVER_VERSION.major);
    writer.u8(SERVER_VERSION.minor);
    writer.u8(SERVER_VERSION.build >> 8);
    writer.u8(SERVER_VERSION.build & 0xff);
  });
}

const FEATURE_END = 0xff;
const FEATURE_UTF8 = 0x0a;
const FEATURE_FEDERATION = 0x02;
const INFO = { stsUrl: 1, spn: 2 } as const;

/** Tells where to get a token and what for ([MS-TDS] 2.2.7.12): offsets count from the number of entries on. */
export function writeFederationInfo(
  writer: ByteWriter,
  { stsUrl, audience }: { readonly stsUrl: string; readonly audience: string },
): void {
  const entries = [
    [INFO.stsUrl, Buffer.from(stsUrl, "utf16le")],
    [INFO.spn, Buffer.from(audience, "utf16le")],
  ] as const;
  const head = 4 + entries.length * 9;
  writer.u8(TOKEN.fedAuthInfo);
  writer.u32(head + entries.reduce((sum, [, data]) => sum + data.length, 0));
  writer.u32(entries.length);
  let offset = head;
  for (const [id, data] of entries) {
    writer.u8(id);
    writer.u32(data.length);
    writer.u32(offset);
    offset += data.length;
  }
  for (const [, data] of entries) writer.bytes(data);
}

/** Acknowledges, of the features that the client offers, those that the server has: UTF-8 texts and federated sign-in. */
export function writeFeatureAck(writer: ByteWriter, features: readonly number[]): void {
  writer.u8(TOKEN.featureExtAck);
  if (features.includes(FEATURE_FEDERATION)) {
    writer.u8(FEATURE_FEDERATION);
    writer.u32(0);
  }
  if (features.includes(FEATURE_UTF8)) {
    writer.u8(FEATURE_UTF8);
    writer.u32(1);
    writer.u8(1);
  }
  writer.u8(FEATURE_END);
}
