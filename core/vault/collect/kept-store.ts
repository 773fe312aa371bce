import { hasCode } from "../../diagnostics/caught.ts";
import type { BlobStore } from "../../storage/blob-store.ts";
import { PACK_PREFIX } from "../format/blob-names.ts";
import type { Lease } from "./lease.ts";

/**
 * The store for who collects under a lease: it is renewed in time before each call, and no pack is removed once others have
 * taken the lease away because it had run out. Where nobody knows what became of the removal of a pack, the lease is left to run out: it may come to pass yet.
 */
export function keptStore(store: BlobStore, lease: Lease): BlobStore {
  return {
    async get(name, options) {
      await lease.keep({ signal: options?.signal });
      return store.get(name, options);
    },
    async head(name, options) {
      await lease.keep({ signal: options?.signal });
      return store.head(name, options);
    },
    async *list(prefix, options) {
      await lease.keep({ signal: options?.signal });
      yield* store.list(prefix, options);
    },
    async setTier(name, tier, options) {
      await lease.keep({ signal: options?.signal });
      await store.setTier(name, tier, options);
    },
    async put(name, parts, options) {
      await lease.keep({ signal: options?.signal });
      return store.put(name, parts, options);
    },
    async remove(name, options) {
      await lease.keep({ signal: options?.signal });
      const isPack = name.startsWith(PACK_PREFIX);
      if (isPack) await lease.requireHeld({ signal: options?.signal });
      try {
        await store.remove(name, options);
      } catch (error) {
        if (isPack && !hasCode(error, "STORE_IMMUTABLE")) lease.leave();
        throw error;
      }
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}
