import { ByteReader, ProtocolError } from "./byte-reader.ts";
import { SERVER_VERSION } from "./tokens.ts";

const OPTION = { version: 0, encryption: 1, instance: 2, thread: 3, mars: 4, fedAuth: 6 } as const;
const TERMINATOR = 0xff;

/** What a side says of encryption in PRELOGIN. */
const ENCRYPTION = { off: 0, on: 1, notSupported: 2, required: 3 } as const;

/** How much of a connection is encrypted. */
export type EncryptionScope = "none" | "login" | "all";

export interface Prelogin {
  readonly encryption: number;
  /** Whether the client tells of federated sign-in, and whether it means to use it. */
  readonly federation: "untold" | "no" | "yes";
}

/** Reads the options of a PRELOGIN message. Throws ProtocolError. */
export function parsePrelogin(payload: Buffer): Prelogin {
  const reader = new ByteReader(payload);
  const options = new Map<number, Buffer>();
  for (let option = reader.u8(); option !== TERMINATOR; option = reader.u8()) {
    const [high, low, lengthHigh, lengthLow] = reader.bytes(4);
    const offset = (high ?? 0) * 256 + (low ?? 0);
    const length = (lengthHigh ?? 0) * 256 + (lengthLow ?? 0);
    if (offset + length > payload.length) throw new ProtocolError("a PRELOGIN option is cut off");
    options.set(option, payload.subarray(offset, offset + length));
  }
  return {
    encryption: options.get(OPTION.encryption)?.[0] ?? ENCRYPTION.notSupported,
    federation: federationOf(options.get(OPTION.fedAuth)),
  };
}

function federationOf(value: Buffer | undefined): Prelogin["federation"] {
  if (value === undefined) return "untold";
  return value[0] === 1 ? "yes" : "no";
}

/** The scope that a client's wish leads to: the server has a certificate and forces nothing. */
export function chooseEncryption(wish: number): { answer: number; scope: EncryptionScope } {
  switch (wish) {
    case ENCRYPTION.off:
      return { answer: ENCRYPTION.off, scope: "login" };
    case ENCRYPTION.on:
      return { answer: ENCRYPTION.on, scope: "all" };
    case ENCRYPTION.required:
      return { answer: ENCRYPTION.on, scope: "all" };
    case ENCRYPTION.notSupported:
      return { answer: ENCRYPTION.notSupported, scope: "none" };
    default:
      throw new ProtocolError("PRELOGIN asks for an unknown encryption");
  }
}

/** Builds the server's PRELOGIN: one instance, no MARS. `federation` answers what the client told of it (2.2.6.5, FEDAUTHREQUIRED). */
export function buildPrelogin(encryption: number, federation: Prelogin["federation"]): Buffer {
  const version = Buffer.alloc(6);
  version[0] = SERVER_VERSION.major;
  version[1] = SERVER_VERSION.minor;
  version.writeUInt16BE(SERVER_VERSION.build, 2);
  const options: [number, Buffer][] = [
    [OPTION.version, version],
    [OPTION.encryption, Buffer.from([encryption])],
    [OPTION.instance, Buffer.from([0])],
    [OPTION.thread, Buffer.alloc(0)],
    [OPTION.mars, Buffer.from([0])],
  ];
  if (federation !== "untold") {
    options.push([OPTION.fedAuth, Buffer.from([federation === "yes" ? 1 : 0])]);
  }
  const head = Buffer.alloc(options.length * 5 + 1, TERMINATOR);
  let offset = head.length;
  options.forEach(([option, value], index) => {
    head[index * 5] = option;
    head.writeUInt16BE(offset, index * 5 + 1);
    head.writeUInt16BE(value.length, index * 5 + 3);
    offset += value.length;
  });
  return Buffer.concat([head, ...options.map(([, value]) => value)]);
}
