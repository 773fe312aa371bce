import { createSecretKey, type KeyObject } from "node:crypto";
import { failure } from "../../diagnostics/diagnostic.ts";
import type { Brand } from "../../kit/brand.ts";

/** The key that opens a vault: 32 bytes, held so that printing it shows nothing. */
export type VaultKey = Brand<KeyObject, "VaultKey">;

/** Reads 64 hexadecimal digits; white space around them is ignored. KEY_MALFORMED for anything else, which names `what`. */
export function parseVaultKey(text: string, what = "this one"): VaultKey {
  const digits = text.trim();
  if (!/^[0-9a-fA-F]{64}$/.test(digits)) {
    throw failure({
      code: "KEY_MALFORMED",
      summary: "Malformed vault key",
      detail:
        `A vault key is 32 bytes as 64 hexadecimal digits; ${what} has ${digits.length} characters` +
        `${digits.length === 64 ? ", some of which are not hexadecimal digits" : ""}. ` +
        "Check where the key comes from. A new vault can take a new key:\n\n    openssl rand -hex 32",
    });
  }
  return createSecretKey(Buffer.from(digits, "hex")) as VaultKey;
}
