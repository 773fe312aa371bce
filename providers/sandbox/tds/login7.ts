import type { LoginRequest } from "../session/session.ts";
import { ByteReader, ProtocolError } from "./byte-reader.ts";
import { LARGEST_PACKET_SIZE, SMALLEST_PACKET_SIZE } from "./packet.ts";

/** The versions whose clients know all types and tokens that this server sends; 7.3A lacks NBCROW. */
export const TDS_VERSIONS = {
  v73b: 0x730b_0003,
  v74: 0x7400_0004,
  v80: 0x0800_0000,
} as const;

export interface Login7 {
  readonly tdsVersion: number;
  /** In bytes, within what the protocol allows; 0 asks for the default. */
  readonly packetSize: number;
  readonly request: LoginRequest;
  readonly integratedSecurity: boolean;
  /** Undefined: the client offers no list of features. */
  readonly features: readonly number[] | undefined;
  readonly federation: Federation | undefined;
}

/** How a client brings its token of Microsoft Entra: with the sign-in, or after it was told where to get one (2.2.6.4, FEDAUTH). */
type Federation =
  | { readonly library: "security_token"; readonly token: string }
  | { readonly library: "adal" };

const INTEGRATED_SECURITY = 0x80;
const HAS_EXTENSION = 0x10;
const FEATURE_END = 0xff;
/** Bytes of the fixed part up to the list of offsets. */
const OFFSETS_AT = 36;

interface Span {
  readonly offset: number;
  readonly length: number;
}

function textAt(payload: Buffer, { offset, length }: Span): string {
  const reader = new ByteReader(payload);
  reader.seek(offset);
  return reader.utf16(length);
}

/** Each byte was rotated by four bits and xored with 0xA5 ([MS-TDS] 2.2.6.4). */
function decodePassword(payload: Buffer, { offset, length }: Span): string {
  const reader = new ByteReader(payload);
  reader.seek(offset);
  const bytes = Buffer.from(reader.bytes(length * 2)).map((byte) => {
    const plain = byte ^ 0xa5;
    return ((plain << 4) | (plain >> 4)) & 0xff;
  });
  return Buffer.from(bytes).toString("utf16le");
}

const FEATURE_FEDERATION = 0x02;
const LIBRARY_SECURITY_TOKEN = 0x01;
const LIBRARY_ADAL = 0x02;

/** Options: the library in seven bits, whether the answer of PRELOGIN is echoed in the lowest. */
function readFederation(data: Buffer): Federation {
  const reader = new ByteReader(data);
  const library = reader.u8() >> 1;
  if (library === LIBRARY_ADAL) return { library: "adal" };
  if (library !== LIBRARY_SECURITY_TOKEN) {
    throw new ProtocolError("LOGIN7 asks for an unknown kind of federated sign-in");
  }
  const token = Buffer.from(reader.bytes(reader.u32())).toString("utf16le");
  return { library: "security_token", token };
}

interface Features {
  readonly ids: readonly number[];
  readonly federation: Federation | undefined;
}

function readFeatures(payload: Buffer, extension: Span): Features {
  const pointer = new ByteReader(payload);
  pointer.seek(extension.offset);
  const reader = new ByteReader(payload);
  reader.seek(pointer.u32());
  const ids: number[] = [];
  let federation: Federation | undefined;
  for (let feature = reader.u8(); feature !== FEATURE_END; feature = reader.u8()) {
    ids.push(feature);
    const data = Buffer.from(reader.bytes(reader.u32()));
    if (feature === FEATURE_FEDERATION) federation = readFederation(data);
  }
  return { ids, federation };
}

function readSpans(payload: Buffer): (index: number) => Span {
  const reader = new ByteReader(payload);
  reader.seek(OFFSETS_AT);
  const spans = Array.from(
    { length: 9 },
    (): Span => ({
      offset: reader.u16(),
      length: reader.u16(),
    }),
  );
  return (index) => spans[index] ?? { offset: 0, length: 0 };
}

function limitPacketSize(size: number): number {
  return size === 0 ? 0 : Math.min(Math.max(size, SMALLEST_PACKET_SIZE), LARGEST_PACKET_SIZE);
}

/** Reads a LOGIN7 message. Throws ProtocolError. */
export function parseLogin7(payload: Buffer): Login7 {
  const reader = new ByteReader(payload);
  if (reader.u32() > payload.length) throw new ProtocolError("LOGIN7 is cut off");
  const tdsVersion = reader.u32();
  const packetSize = limitPacketSize(reader.u32());
  reader.skip(13);
  const flags2 = reader.u8();
  reader.skip(1);
  const flags3 = reader.u8();
  const span = readSpans(payload);
  const features = (flags3 & HAS_EXTENSION) === 0 ? undefined : readFeatures(payload, span(5));
  return {
    tdsVersion,
    packetSize,
    integratedSecurity: (flags2 & INTEGRATED_SECURITY) !== 0,
    features: features?.ids,
    federation: features?.federation,
    request: {
      hostName: textAt(payload, span(0)),
      username: textAt(payload, span(1)),
      password: decodePassword(payload, span(2)),
      applicationName: textAt(payload, span(3)),
      database: textAt(payload, span(8)),
      packetSize,
    },
  };
}
