import { type DiagnosticError, failure } from "../../diagnostics/diagnostic.ts";
import type { Instant } from "../../kit/clock.ts";
import { type BlobId, CONFIG_NAME, tryParseBlobId } from "./blob-names.ts";
import { decodeCheckedText, encodeCheckedText } from "./checked-text.ts";
import { Damage } from "./damage.ts";

/** The newest format that this program reads, and the only one that it writes. */
const FORMAT = 1;

const ALGORITHMS = {
  chunk_id: "hmac-sha-256",
  compression: "zstd",
  cipher: "aes-256-gcm",
} as const;

export interface VaultConfig {
  readonly id: BlobId;
  /** The blob as stored: wrapped keys are bound to it. */
  readonly bytes: Uint8Array;
}

export function createVaultConfig(id: BlobId, createdAt: Instant): VaultConfig {
  const bytes = encodeCheckedText({
    format: FORMAT,
    vault: id,
    ...ALGORITHMS,
    created_at: new Date(createdAt).toISOString(),
  });
  return { id, bytes };
}

/** VAULT_NEWER_FORMAT; throws Damage when the blob is not what was written. */
export function parseVaultConfig(bytes: Uint8Array): VaultConfig {
  const value = decodeCheckedText(CONFIG_NAME, bytes);
  const format = value["format"];
  if (typeof format !== "number") throw new Damage(CONFIG_NAME, "names no format");
  if (format > FORMAT) throw newerFormat(`format ${format}`);
  for (const [use, algorithm] of Object.entries(ALGORITHMS)) {
    if (value[use] !== algorithm) throw newerFormat(`${use} ${String(value[use])}`);
  }
  const id = tryParseBlobId(String(value["vault"]));
  if (id === undefined) throw new Damage(CONFIG_NAME, "names no vault");
  return { id, bytes };
}

function newerFormat(what: string): DiagnosticError {
  return failure({
    code: "VAULT_NEWER_FORMAT",
    summary: "Vault of a newer format",
    detail:
      `The vault uses ${what}, which this version of Holdfast does not know: it reads format ${FORMAT}. ` +
      "Nothing was changed. Use the version of Holdfast that made the vault, or a later one.",
  });
}
