import { hkdfSync, type KeyObject } from "node:crypto";

/** HKDF-SHA-256 to 32 bytes. */
export function deriveKey(key: KeyObject, salt: Uint8Array, info: string): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", key, salt, info, 32));
}
