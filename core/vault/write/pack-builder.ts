import { packName, parseBlobId } from "../format/blob-names.ts";
import { compress } from "../format/compression.ts";
import {
  encodeDirectory,
  type PackEntry,
  type SegmentEntry,
  type SegmentKind,
} from "../format/pack-directory.ts";
import { BlobCipher, encodeHead, HEADER_SIZE, TAG_SIZE } from "../format/sealed-blob.ts";
import type { VaultAccess } from "../vault-access.ts";

export const FOOTER_SIZE = 16;
const END_MAGIC = "HFPE";

/** Where a pack keeps its directory, and how long it is before compression. */
export interface PackFooter {
  readonly offset: number;
  readonly storedLength: number;
  readonly rawLength: number;
}

function encodeFooter(footer: PackFooter): Uint8Array {
  const bytes = Buffer.alloc(FOOTER_SIZE);
  bytes.writeUInt32BE(footer.offset, 0);
  bytes.writeUInt32BE(footer.storedLength, 4);
  bytes.writeUInt32BE(footer.rawLength, 8);
  bytes.write(END_MAGIC, 12, "latin1");
  return bytes;
}

/** Undefined when `bytes` cannot be the end of a pack of `size` bytes. */
export function tryParseFooter(bytes: Uint8Array, size: number): PackFooter | undefined {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.length !== FOOTER_SIZE || view.toString("latin1", 12) !== END_MAGIC) return undefined;
  const footer = {
    offset: view.readUInt32BE(0),
    storedLength: view.readUInt32BE(4),
    rawLength: view.readUInt32BE(8),
  };
  const fits =
    footer.offset >= HEADER_SIZE &&
    footer.storedLength > TAG_SIZE &&
    footer.offset + footer.storedLength + FOOTER_SIZE === size;
  return fits ? footer : undefined;
}

/** A pack in the making, in memory: header, segments, directory, footer. */
export class PackBuilder {
  readonly #cipher: BlobCipher;
  readonly #parts: Uint8Array[] = [];
  readonly #segments: SegmentEntry[] = [];
  #size = HEADER_SIZE;

  constructor(access: VaultAccess) {
    const id = parseBlobId(access.randomBytes(16));
    const head = { kind: "pack", id, epoch: access.ring.epoch, rawLength: 0 } as const;
    this.#cipher = new BlobCipher(access.ring, head, packName(id));
    this.#parts.push(encodeHead(head));
  }

  get size(): number {
    return this.#size;
  }

  append(
    segment: {
      readonly kind: SegmentKind;
      readonly rawLength: number;
      readonly chunks: Uint8Array;
    },
    compressed: Uint8Array,
  ): void {
    const { offset, storedLength } = this.#seal(compressed, segment.rawLength);
    this.#segments.push({ ...segment, offset, storedLength });
  }

  /** The bytes of the finished pack, and what an index says of it. */
  async finish(): Promise<{ readonly parts: readonly Uint8Array[]; readonly entry: PackEntry }> {
    const directory = encodeDirectory(this.#segments);
    const place = this.#seal(await compress(directory), directory.length);
    this.#parts.push(encodeFooter({ ...place, rawLength: directory.length }));
    const { id, epoch } = this.#cipher.head;
    return { parts: this.#parts, entry: { id, epoch, size: this.#size + FOOTER_SIZE, directory } };
  }

  #seal(compressed: Uint8Array, rawLength: number): Omit<PackFooter, "rawLength"> {
    const offset = this.#size;
    const [sealed, tag] = this.#cipher.seal({ offset, rawLength }, compressed);
    this.#parts.push(sealed, tag);
    this.#size += sealed.length + tag.length;
    return { offset, storedLength: sealed.length + tag.length };
  }
}
