import { Damage } from "../format/damage.ts";
import {
  type BlobHead,
  encodeHead,
  HEADER_SIZE,
  mayBeSound,
  openBlob,
  sealBlob,
} from "../format/sealed-blob.ts";
import type { KeyRing } from "../keys/key-ring.ts";

type SignHead = Pick<BlobHead, "kind" | "id"> & { readonly name: string };

const FORMAT_AT = 4;
const EPOCH_AT = 8;
const LENGTH_AT = 28;

/** The content of a sealed sign. What its header says is known from its name, but for the epoch: damage there costs nothing. Throws Damage. */
export async function openSign(
  ring: KeyRing,
  head: SignHead,
  bytes: Uint8Array,
): Promise<Uint8Array> {
  try {
    return await openBlob(ring, head, bytes);
  } catch (error) {
    if (!(error instanceof Damage) || !mayBeSound(error)) throw error;
    for (const epoch of ring.dataKeys.keys()) {
      const content = await tryOpen(ring, { head, epoch }, bytes);
      if (content !== undefined) return content;
    }
    throw error;
  }
}

async function tryOpen(
  ring: KeyRing,
  { head, epoch }: { readonly head: SignHead; readonly epoch: number },
  bytes: Uint8Array,
): Promise<Uint8Array | undefined> {
  const rawLength = Buffer.from(bytes).readUInt32BE(LENGTH_AT);
  const anew = encodeHead({ kind: head.kind, id: head.id, epoch, rawLength });
  try {
    return await openBlob(ring, head, Buffer.concat([anew, bytes.subarray(HEADER_SIZE)]));
  } catch (error) {
    if (error instanceof Damage) return undefined;
    throw error;
  }
}

/** Whether the bytes are those of an empty sign but for one: its content is known, so nothing is lost. */
export async function isAlmostEmptySign(
  ring: KeyRing,
  { kind, id }: Pick<BlobHead, "kind" | "id">,
  bytes: Uint8Array,
): Promise<boolean> {
  for (const epoch of ring.dataKeys.keys()) {
    const parts = await sealBlob({ ...ring, epoch }, { kind, id }, new Uint8Array());
    const whole = Buffer.concat(parts);
    if (whole.length !== bytes.length) continue;
    if (whole.filter((byte, at) => byte !== bytes[at]).length <= 1) return true;
  }
  return false;
}

/** What the header says of who may have written the sign; undefined where it is none of that sign in any format. */
export function writerOf(
  { kind, id }: Pick<BlobHead, "kind" | "id">,
  bytes: Uint8Array,
): { readonly format: number; readonly epoch: number } | undefined {
  const head = Buffer.from(bytes.subarray(0, HEADER_SIZE));
  if (head.length < HEADER_SIZE) return undefined;
  const [format, epoch] = [head.readUInt8(FORMAT_AT), head.readUInt32BE(EPOCH_AT)];
  const rawLength = head.readUInt32BE(LENGTH_AT);
  const expected = Buffer.from(encodeHead({ kind, id, epoch, rawLength }));
  expected.writeUInt8(format, FORMAT_AT);
  return expected.equals(head) ? { format, epoch } : undefined;
}
