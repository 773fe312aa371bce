import type { IsolationLevel, TransactionRequest } from "../session/session.ts";
import { ByteReader, ProtocolError } from "./byte-reader.ts";
import { skipAllHeaders } from "./request-headers.ts";

const BEGIN = 5;
const COMMIT = 7;
const ROLLBACK = 8;
const SAVE = 9;
const THEN_BEGIN = 0x01;

const ISOLATION: readonly (IsolationLevel | undefined)[] = [
  undefined,
  "read_uncommitted",
  "read_committed",
  "repeatable_read",
  "serializable",
  "snapshot",
];

/** Names have their length in bytes here, not in characters. */
function readName(reader: ByteReader): string {
  return reader.bytes(reader.u8()).toString("utf16le");
}

function readBegin(reader: ByteReader): TransactionRequest {
  const level = reader.u8();
  if (level >= ISOLATION.length) throw new ProtocolError(`there is no isolation level ${level}`);
  return { action: "begin", isolation: ISOLATION[level], name: readName(reader) };
}

function readEnd(reader: ByteReader, action: "commit" | "rollback"): TransactionRequest[] {
  const end: TransactionRequest = { action, name: readName(reader), thenBegin: false };
  return (reader.u8() & THEN_BEGIN) === 0 ? [end] : [end, readBegin(reader)];
}

/** Reads a transaction manager request; a commit or rollback that begins anew gives two. Throws ProtocolError. */
export function parseTransactionMessage(payload: Buffer): TransactionRequest[] {
  const reader = new ByteReader(payload);
  skipAllHeaders(reader);
  const kind = reader.u16();
  switch (kind) {
    case BEGIN:
      return [readBegin(reader)];
    case COMMIT:
      return readEnd(reader, "commit");
    case ROLLBACK:
      return readEnd(reader, "rollback");
    case SAVE:
      return [{ action: "save", name: readName(reader) }];
    default:
      throw new ProtocolError(`transaction request ${kind} needs a distributed transaction`);
  }
}
