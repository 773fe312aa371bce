import type { KeyBlobs } from "./key-blobs.ts";
import type { KeyRing } from "./key-ring.ts";

/** Whether the ring has the newest data key that there is, under whatever key. */
export function isNewest(blobs: KeyBlobs, { epoch }: KeyRing): boolean {
  return epoch >= newestOf(blobs);
}

function newestOf({ epochs }: KeyBlobs): number {
  return epochs.reduce((newest, blob) => Math.max(newest, epochOf(blob)), 0);
}

/** As the blob says without a key: a number that is not true keeps a key from being changed, and opens nothing. */
function epochOf({ value }: KeyBlobs["epochs"][number]): number {
  const epoch = Number(value["epoch"]);
  return Number.isSafeInteger(epoch) ? epoch : 0;
}

/** The number of that data key, and in words which key opens it. */
export function outlookOf(blobs: KeyBlobs) {
  const newest = newestOf(blobs);
  const ids = new Set(
    blobs.epochs.filter((blob) => epochOf(blob) === newest).map(({ keyId }) => keyId),
  );
  const wrapper = blobs.vaultKeys.find(({ keyId }) => ids.has(keyId))?.wrapper;
  const named = [...ids].map((id) => id.slice(0, 8)).join(" or ");
  const inForce =
    wrapper === undefined
      ? `the key that the last rotation gave the vault: its blobs below keys/ have a key_id that begins with ${named}`
      : `the key that ${wrapper} wraps`;
  return { newest, inForce };
}
