import { type DiagnosticError, failure } from "../../diagnostics/diagnostic.ts";
import type { Instant } from "../../kit/clock.ts";
import { type BlobId, CONFIG_NAME, tryParseBlobId } from "./blob-names.ts";
import { decodeCheckedText, encodeCheckedText } from "./checked-text.ts";
import { CHUNK_ID_KINDS, type ChunkIdKind } from "./chunk-id.ts";
import { Damage } from "./damage.ts";

/** The newest format that this program reads, and that of new vaults. Older vaults are read and written as they are. */
const FORMAT = 2;

const ALGORITHMS = {
  compression: "zstd",
  cipher: "aes-256-gcm",
} as const;

export interface VaultConfig {
  readonly id: BlobId;
  readonly chunkId: ChunkIdKind;
  /** The blob as stored: wrapped keys are bound to it. */
  readonly bytes: Uint8Array;
}

export function createVaultConfig(
  id: BlobId,
  { chunkId, createdAt }: { readonly chunkId: ChunkIdKind; readonly createdAt: Instant },
): VaultConfig {
  const bytes = encodeCheckedText({
    format: FORMAT,
    vault: id,
    chunk_id: chunkId,
    ...ALGORITHMS,
    created_at: new Date(createdAt).toISOString(),
  });
  return { id, chunkId, bytes };
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
  const chunkId = CHUNK_ID_KINDS.find((kind) => kind === value["chunk_id"]);
  if (chunkId === undefined) throw newerFormat(`chunk_id ${String(value["chunk_id"])}`);
  const id = tryParseBlobId(String(value["vault"]));
  if (id === undefined) throw new Damage(CONFIG_NAME, "names no vault");
  return { id, chunkId, bytes };
}

function newerFormat(what: string): DiagnosticError {
  return failure({
    code: "VAULT_NEWER_FORMAT",
    summary: "Vault of a newer format",
    detail:
      `The vault uses ${what}, which this version of Holdfast does not know: it reads formats 1 to ${FORMAT}. ` +
      "Nothing was changed. Use the version of Holdfast that made the vault, or a later one.",
  });
}
