import type { Catalog, CatalogLock } from "../catalog/catalog.ts";
import { hasCode } from "../diagnostics/caught.ts";
import type { Ports } from "./ports.ts";

/** How long to wait for a lock, and how often to look, in milliseconds. */
export interface Patience {
  readonly most: number;
  readonly every: number;
}

interface WaitOptions extends Pick<Ports, "sleep" | "signal"> {
  readonly patience: Patience;
}

/** Takes the catalog's lock once nobody holds it: CATALOG_LOCKED, naming the holder, once patience is over. */
export async function lockWhenFree(
  operation: string,
  catalog: Catalog,
  { patience: { most, every }, sleep, signal }: WaitOptions,
): Promise<CatalogLock> {
  for (let waited = 0; ; waited += every) {
    signal.throwIfAborted();
    try {
      return await catalog.lock(operation);
    } catch (error) {
      const isHeld = hasCode(error, "CATALOG_LOCKED");
      if (!isHeld || waited >= most) throw error;
    }
    await sleep(every, { signal });
  }
}
