import type { Abortable, BlobName } from "../../storage/blob-store.ts";
import { idOfName, indexName, packName, pointName } from "../format/blob-names.ts";
import { Damage } from "../format/damage.ts";
import { readManifest } from "../format/manifest.ts";
import { readIndexBlob } from "../index/index-loader.ts";
import type { VaultAccess } from "../vault-access.ts";
import { checkPack } from "./pack-check.ts";

/**
 * Whether a pack, index or manifest that was found damaged is what was written when it is read once more. One wrong answer of
 * a disk, a cable or a memory is no reason to take away what is whole.
 */
export async function isSoundNow(
  access: VaultAccess,
  name: BlobName,
  options: Abortable,
): Promise<boolean> {
  const id = idOfName(name);
  const info = await access.store.head(name, options);
  if (id === undefined || info === undefined) return false;
  try {
    if (name === packName(id)) {
      const pack = { id, size: info.size, indexed: undefined };
      return (await checkPack(access, pack, options)).damages.length === 0;
    }
    if (name === indexName(id)) await readIndexBlob(access, id, options);
    else if (name === pointName(id)) await readManifest(access, id, options);
    else return false;
    return true;
  } catch (error) {
    if (error instanceof Damage) return false;
    throw error;
  }
}
