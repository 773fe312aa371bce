import { type BlobId, packName } from "../format/blob-names.ts";
import { compress } from "../format/compression.ts";
import {
  encodeDirectory,
  type PackEntry,
  SEGMENT_SIZE,
  type SegmentEntry,
  type SegmentKind,
} from "../format/pack-directory.ts";
import { encodeFooter, FOOTER_SIZE, type PackFooter } from "../format/pack-footer.ts";
import { BlobCipher, encodeHead, HEADER_SIZE } from "../format/sealed-blob.ts";
import type { KeyRing } from "../keys/key-ring.ts";

/** A pack is closed once it is this long; it can grow over it by one segment of at most 8 MiB and its directory. */
export const PACK_SIZE = 8 * 1024 * 1024;

/** A pack in the making: header, segments, directory, footer. `write` gets its bytes from the first to the last. */
export class PackBuilder {
  readonly #cipher: BlobCipher;
  readonly #write: (part: Uint8Array) => void;
  readonly #segments: SegmentEntry[] = [];
  #size = HEADER_SIZE;
  #directorySize = 0;

  constructor(ring: KeyRing, id: BlobId, write: (part: Uint8Array) => void) {
    const head = { kind: "pack", id, epoch: ring.epoch, rawLength: 0 } as const;
    this.#cipher = new BlobCipher(ring, head, packName(id));
    this.#write = write;
    write(encodeHead(head));
  }

  get size(): number {
    return this.#size;
  }

  /** Of the directory before compression, so far. */
  get directorySize(): number {
    return this.#directorySize;
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
    this.#directorySize += SEGMENT_SIZE + segment.chunks.length;
  }

  /** Writes the last bytes, and gives what an index says of the pack. */
  async finish(): Promise<PackEntry> {
    const directory = encodeDirectory(this.#segments);
    const place = this.#seal(await compress(directory), directory.length);
    this.#write(encodeFooter({ ...place, rawLength: directory.length }));
    const { id, epoch } = this.#cipher.head;
    return { id, epoch, size: this.#size + FOOTER_SIZE, directory };
  }

  #seal(compressed: Uint8Array, rawLength: number): Omit<PackFooter, "rawLength"> {
    const offset = this.#size;
    const [sealed, tag] = this.#cipher.seal({ offset, rawLength }, compressed);
    // Whoever writes them may take their memory.
    const storedLength = sealed.length + tag.length;
    this.#write(sealed);
    this.#write(tag);
    this.#size += storedLength;
    return { offset, storedLength };
  }
}
