import type { ResourceAttributes } from "../../../schemas/blocks/resources.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { tryParseKeyVaultKeyId } from "../../kit/key-vault-key-id.ts";
import { tryWarnOfHost } from "../foreign-host.ts";
import { problem } from "../report.ts";
import { type CheckedResource, rangeOf } from "./checked-resource.ts";

type Vault = ResourceAttributes<"vault">;

/** What the arguments of a vault have to do with each other. */
export function checkVault(vault: Vault, resource: CheckedResource): readonly Diagnostic[] {
  const broken = STORAGE_RULES.filter(({ isBroken }) => isBroken(vault));
  return [
    ...checkEncryption(vault, resource),
    ...checkHost(vault, resource),
    ...broken.map(({ path, code, detail }) =>
      problem({ summary: "Not possible here", detail, subject: rangeOf(resource, path) }, code),
    ),
  ];
}

interface StorageRule {
  readonly path: string;
  readonly code: "CONFIG_NOT_SUPPORTED" | "CONFIG_INVALID_VALUE";
  readonly isBroken: (vault: Vault) => boolean;
  readonly detail: string;
}

/** More Azure does not take: learn.microsoft.com/azure/storage/blobs/immutable-time-based-retention-policy-overview. */
const MOST_DAYS = 146_000;

const STORAGE_RULES: readonly StorageRule[] = [
  {
    path: "tiers.cold",
    code: "CONFIG_NOT_SUPPORTED",
    isBroken: ({ storage, tiers }) => storage.type === "local" && tiers.cold !== "none",
    detail:
      "A folder has no access tiers, so old points could never be moved to one. Remove the argument, or keep the vault in a container of Azure Blob Storage.",
  },
  {
    path: "immutability",
    code: "CONFIG_NOT_SUPPORTED",
    isBroken: ({ storage, immutability }) => storage.type === "local" && immutability !== null,
    detail:
      "A folder cannot keep files from being removed by who owns it, so the vault would not be protected. Remove the block, or keep the vault in a container of Azure Blob Storage with version-level immutability support.",
  },
  {
    path: "immutability.days",
    code: "CONFIG_INVALID_VALUE",
    isBroken: ({ immutability }) => (immutability?.days ?? 0) > MOST_DAYS,
    detail: `Azure protects blobs for at most ${MOST_DAYS} days, which are 400 years.`,
  },
];

function checkHost({ storage }: Vault, resource: CheckedResource): readonly Diagnostic[] {
  if (storage.type !== "azure_blob") return [];
  const subject = rangeOf(resource, "storage.account_url");
  const { address } = resource;
  return [tryWarnOfHost(storage.account_url, { address, subject })].filter(
    (each) => each !== undefined,
  );
}

function checkEncryption({ encryption }: Vault, resource: CheckedResource): readonly Diagnostic[] {
  const { key_vault_key: key, credential } = encryption;
  if (key === null && credential !== null) {
    return [
      problem({
        summary: "Argument without effect",
        detail:
          "The credential of a vault's encryption signs in to Azure Key Vault, and this vault's key is not there. Remove it; the credential of its storage belongs into the block storage.",
        subject: rangeOf(resource, "encryption.credential"),
      }),
    ];
  }
  if (key === null || tryParseKeyVaultKeyId(key) !== undefined) return [];
  return [
    problem({
      summary: "Invalid value",
      detail:
        "This is not the identifier of a key in Azure Key Vault. It has the form, with or without a version at its end:\n\n    https://NAME.vault.azure.net/keys/KEY/VERSION",
      subject: rangeOf(resource, "encryption.key_vault_key"),
    }),
  ];
}
