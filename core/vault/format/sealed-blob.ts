import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from "node:crypto";
import type { Abortable } from "../../storage/blob-store.ts";
import { deriveKey } from "../derive-key.ts";
import type { KeyRing } from "../keys/key-ring.ts";
import type { BlobId } from "./blob-names.ts";
import { compress, decompress, decompressNow } from "./compression.ts";
import { Damage } from "./damage.ts";
import { releaseBytes } from "./release-bytes.ts";

export const HEADER_SIZE = 32;
export const TAG_SIZE = 16;
const MAGIC = {
  pack: "HFPK",
  index: "HFIX",
  manifest: "HFMF",
  lease: "HFLE",
  mark: "HFGM",
  tombstone: "HFTS",
  note: "HFRM",
  verified: "HFVF",
} as const;
export const FORMAT = 1;

/** What the header of a blob says. `rawLength` is 0 in a pack, which holds many segments. */
export interface BlobHead {
  readonly kind: keyof typeof MAGIC;
  readonly id: BlobId;
  readonly epoch: number;
  readonly rawLength: number;
}

export function encodeHead(head: BlobHead): Uint8Array {
  const bytes = Buffer.alloc(HEADER_SIZE);
  bytes.write(MAGIC[head.kind], 0, "latin1");
  bytes.writeUInt8(FORMAT, 4);
  bytes.writeUInt32BE(head.epoch, 8);
  bytes.write(head.id, 12, "hex");
  bytes.writeUInt32BE(head.rawLength, 28);
  return bytes;
}

/** Throws Damage unless `bytes` begin with the header of the blob that was asked for. */
export function parseHead(
  blob: string,
  bytes: Uint8Array,
  expected: Pick<BlobHead, "kind" | "id">,
): BlobHead {
  if (bytes.length < HEADER_SIZE) throw new Damage(blob, "is shorter than its header");
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, HEADER_SIZE);
  const head = {
    ...expected,
    epoch: view.readUInt32BE(8),
    rawLength: expected.kind === "pack" ? 0 : view.readUInt32BE(28),
  };
  if (!view.equals(encodeHead(head))) throw new Damage(blob, OTHER_HEADER);
  return head;
}

/** A stretch of a blob: where it lies, and its length before compression. */
export interface SealedSpan {
  readonly offset: number;
  readonly rawLength: number;
}

/** Seals and opens the segments of one blob. The key is the blob's own, and the offset is the nonce. */
export class BlobCipher {
  readonly head: BlobHead;
  /** Given as bytes, Node would make such an object of it for each segment, which takes 10 µs. */
  readonly #key: KeyObject;
  readonly #header: Uint8Array;

  constructor(ring: KeyRing, head: BlobHead, blob: string) {
    const dataKey = ring.dataKeys.get(head.epoch);
    if (dataKey === undefined) throw new Damage(blob, unknownEpoch(head.epoch));
    this.head = head;
    this.#header = encodeHead(head);
    const salt = Buffer.from(head.id, "hex");
    this.#key = createSecretKey(deriveKey(dataKey, salt, `holdfast/vault/1/${head.kind}`));
  }

  /** The ciphertext and its tag. */
  seal(span: SealedSpan, plain: Uint8Array): readonly [Uint8Array, Uint8Array] {
    const cipher = createCipheriv("aes-256-gcm", this.#key, nonceAt(span));
    cipher.setAAD(this.#aad(span));
    const sealed = cipher.update(plain);
    cipher.final();
    return [sealed, cipher.getAuthTag()];
  }

  /** Throws when a single bit of it, its place or its blob is not what was sealed. */
  open(span: SealedSpan, sealed: Uint8Array): Uint8Array {
    const cipher = createDecipheriv("aes-256-gcm", this.#key, nonceAt(span), {
      authTagLength: TAG_SIZE,
    });
    cipher.setAAD(this.#aad(span));
    cipher.setAuthTag(sealed.subarray(-TAG_SIZE));
    const plain = cipher.update(sealed.subarray(0, -TAG_SIZE));
    cipher.final();
    return plain;
  }

  #aad(span: SealedSpan): Uint8Array {
    const aad = Buffer.alloc(HEADER_SIZE + 8);
    aad.set(this.#header);
    aad.writeUInt32BE(span.offset, HEADER_SIZE);
    aad.writeUInt32BE(span.rawLength, HEADER_SIZE + 4);
    return aad;
  }
}

const UNKNOWN_EPOCH = "needs the data key of epoch";
const OTHER_HEADER = "has a damaged header";

/** Whether a newer version of the program, or another ring of keys, may read what this one takes for damage. */
export function mayBeSound({ problem }: Damage): boolean {
  return (
    problem.startsWith(UNKNOWN_EPOCH) ||
    problem === OTHER_HEADER ||
    problem.includes("that this version can read")
  );
}

function unknownEpoch(epoch: number): string {
  return `${UNKNOWN_EPOCH} ${epoch}, which was not there when the vault was opened: if its key was changed since, run the command again with the new one`;
}

function nonceAt(span: SealedSpan): Uint8Array {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32BE(span.offset, 8);
  return nonce;
}

/** Opens and decompresses one segment; throws Damage that names `blob`. */
export async function openSegment(
  cipher: BlobCipher,
  span: SealedSpan & { readonly blob: string },
  sealed: Uint8Array,
): Promise<Uint8Array> {
  try {
    const plain = cipher.open(span, sealed);
    const raw = await decompress(plain, span.rawLength);
    releaseBytes(plain);
    return raw;
  } catch (cause) {
    throw segmentDamage(span, cause);
  }
}

/** The same on the thread of the caller. */
export function openSegmentNow(
  cipher: BlobCipher,
  span: SealedSpan & { readonly blob: string },
  sealed: Uint8Array,
): Buffer {
  try {
    const plain = cipher.open(span, sealed);
    const raw = decompressNow(plain, span.rawLength);
    releaseBytes(plain);
    return raw;
  } catch (cause) {
    throw segmentDamage(span, cause);
  }
}

function segmentDamage(
  { blob, offset }: SealedSpan & { readonly blob: string },
  cause: unknown,
): Damage {
  const problem = `is damaged: the segment at byte ${offset} is not what was written`;
  return new Damage(blob, problem, { cause });
}

/** A whole index or manifest: the header and one segment. */
export async function sealBlob(
  ring: KeyRing,
  head: Omit<BlobHead, "epoch" | "rawLength">,
  raw: Uint8Array,
): Promise<readonly Uint8Array[]> {
  const full = { ...head, epoch: ring.epoch, rawLength: raw.length };
  const cipher = new BlobCipher(ring, full, head.id);
  const span = { offset: HEADER_SIZE, rawLength: raw.length };
  return [encodeHead(full), ...cipher.seal(span, await compress(raw))];
}

/** The content of a whole index or manifest. Throws Damage. */
export async function openBlob(
  ring: KeyRing,
  blob: Pick<BlobHead, "kind" | "id"> & { readonly name: string } & Abortable,
  bytes: Uint8Array,
): Promise<Uint8Array> {
  const head = parseHead(blob.name, bytes, { kind: blob.kind, id: blob.id });
  const cipher = new BlobCipher(ring, head, blob.name);
  const span = { offset: HEADER_SIZE, rawLength: head.rawLength, blob: blob.name };
  return openSegment(cipher, span, bytes.subarray(HEADER_SIZE));
}
