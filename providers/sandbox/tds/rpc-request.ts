import type { RpcParameter } from "../session/session.ts";
import { ByteReader, ProtocolError } from "./byte-reader.ts";
import { skipAllHeaders } from "./request-headers.ts";
import { readTypeInfo } from "./type-info-reader.ts";
import { createParameterReader } from "./value-reader.ts";

export interface RpcCall {
  readonly name: string;
  readonly parameters: readonly RpcParameter[];
}

const BY_NUMBER = 0xffff;
const BATCH_SEPARATOR = 0xff;
const BATCH_SEPARATOR_71 = 0x80;
const NO_EXECUTE = 0xfe;
const STATUS_OUTPUT = 0x01;
const STATUS_DEFAULT = 0x02;
const STATUS_ENCRYPTED = 0x08;

/** Procedures that are called by number ([MS-TDS] 2.2.6.6). */
const PROCEDURES: readonly (string | undefined)[] = [
  undefined,
  "sp_cursor",
  "sp_cursoropen",
  "sp_cursorprepare",
  "sp_cursorexecute",
  "sp_cursorprepexec",
  "sp_cursorunprepare",
  "sp_cursorfetch",
  "sp_cursoroption",
  "sp_cursorclose",
  "sp_executesql",
  "sp_prepare",
  "sp_execute",
  "sp_prepexec",
  "sp_prepexecrpc",
  "sp_unprepare",
];

function readName(reader: ByteReader): string {
  const length = reader.u16();
  if (length !== BY_NUMBER) return reader.utf16(length);
  const number = reader.u16();
  const name = PROCEDURES[number];
  if (name === undefined) throw new ProtocolError(`there is no procedure number ${number}`);
  return name;
}

function readParameter(reader: ByteReader): RpcParameter {
  const name = reader.shortText();
  const status = reader.u8();
  if ((status & STATUS_ENCRYPTED) !== 0) {
    throw new ProtocolError("a parameter is encrypted, which the sign-in did not agree on");
  }
  const wire = readTypeInfo(reader);
  const value = createParameterReader(wire)(reader);
  return {
    name,
    type: wire.type,
    value,
    output: (status & STATUS_OUTPUT) !== 0,
    useDefault: (status & STATUS_DEFAULT) !== 0,
  };
}

function isSeparator(byte: number): boolean {
  return byte === BATCH_SEPARATOR || byte === BATCH_SEPARATOR_71 || byte === NO_EXECUTE;
}

function readCall(reader: ByteReader): RpcCall {
  const name = readName(reader);
  reader.skip(2);
  const parameters: RpcParameter[] = [];
  while (reader.remaining > 0 && !isSeparator(reader.peekU8())) {
    parameters.push(readParameter(reader));
  }
  return { name, parameters };
}

/** Reads the calls of an RPC message, most often one. Throws ProtocolError, UnknownTypeError among them. */
export function parseRpcRequest(payload: Buffer): RpcCall[] {
  const reader = new ByteReader(payload);
  skipAllHeaders(reader);
  const calls = [readCall(reader)];
  while (reader.remaining > 0) {
    if (reader.u8() === NO_EXECUTE) {
      throw new ProtocolError(
        "a call is marked as not to be executed, which this server cannot do",
      );
    }
    if (reader.remaining > 0) calls.push(readCall(reader));
  }
  return calls;
}
