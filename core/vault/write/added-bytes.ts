import type { AddedBytes } from "../contract/stored-point.ts";
import { packName } from "../format/blob-names.ts";
import { decodeDirectory, type PackEntry } from "../format/pack-directory.ts";

/** What the chunks of objects in some packs come to; lists of chunks do not count. */
export function addedIn(packs: readonly PackEntry[], before: AddedBytes): AddedBytes {
  let { raw, stored } = before;
  for (const { id, directory } of packs) {
    for (const segment of decodeDirectory(packName(id), directory)) {
      if (segment.kind !== "data") continue;
      raw += segment.rawLength;
      stored += segment.storedLength;
    }
  }
  return { raw, stored };
}
