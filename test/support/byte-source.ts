import type { ByteSource } from "../../core/vault/vault.ts";

/** Gives the bytes in pieces of at most `piece`. */
export function sourceOf(bytes: Uint8Array, piece = Number.POSITIVE_INFINITY): ByteSource {
  let at = 0;
  return {
    read: async (into) => {
      const some = bytes.subarray(at, at + Math.min(piece, into.length));
      into.set(some);
      at += some.length;
      return some.length;
    },
  };
}
