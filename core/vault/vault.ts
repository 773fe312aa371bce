export type {
  CollectionReport,
  DatabaseUsage,
  VaultStats,
  VerifyProblem,
  VerifyReport,
} from "../../schemas/vault-reports.ts";
export type {
  BeginOptions,
  ObjectChunk,
  PointReader,
  PointWriter,
} from "./contract/point-streams.ts";
export type {
  AddedBytes,
  DamagedPoint,
  ObjectFacts,
  PointFacts,
  StoredObject,
  StoredPoint,
  VaultPoints,
} from "./contract/stored-point.ts";
export type { ArchivedPacks, ColdTier, Tiering } from "./contract/tiering.ts";
export type {
  CollectionOptions,
  LostPoint,
  RepairOptions,
  RepairReport,
  Vault,
} from "./contract/vault-contract.ts";
export { createVault } from "./create-vault.ts";
export type { KeyedHash } from "./format/chunk-id.ts";
export type {
  KeyVaultPlace,
  KeyWrapper,
  WrappedKey,
} from "./keys/key-wrapper.ts";
export type { VaultKeySource } from "./keys/open-key-ring.ts";
export { type KeyRotation, rotateVaultKey } from "./keys/rotate-vault-key.ts";
export { parseVaultKey, type VaultKey } from "./keys/vault-key.ts";
export type { ByteSource } from "./pipeline/batch-ring.ts";
export { openVault, type VaultOptions } from "./stored-vault.ts";
