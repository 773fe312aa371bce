import type { KeyedHash } from "../../core/vault/vault.ts";

/** What we use of `@napi-rs/blake-hash`. */
interface BlakeHash {
  readonly Blake3Hasher: {
    newKeyed(key: Buffer): {
      update(bytes: Uint8Array): unknown;
      digestBuffer(): Buffer;
      reset(): void;
    };
  };
}

/** BLAKE3 of the native package; undefined where that is not installed or has no binary for this machine. */
export function loadBlake3(load: (name: string) => unknown): KeyedHash | undefined {
  let blake: BlakeHash;
  try {
    // The cast holds: the type is that of the package itself, as far as it is used.
    blake = load("@napi-rs/blake-hash") as BlakeHash;
  } catch {
    return undefined;
  }
  return (key) => {
    const hasher = blake.Blake3Hasher.newKeyed(Buffer.from(key));
    return (bytes) => {
      hasher.reset();
      hasher.update(bytes);
      return hasher.digestBuffer();
    };
  };
}
