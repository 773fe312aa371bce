import type { ResourceAttributes } from "../../../schemas/blocks/resources.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { tryParseKeyVaultKeyId } from "../../kit/key-vault-key-id.ts";
import { problem } from "../report.ts";
import { type CheckedResource, rangeOf } from "./checked-resource.ts";

/** What the arguments of a vault's encryption have to do with each other. */
export function checkVault(
  { encryption }: ResourceAttributes<"vault">,
  resource: CheckedResource,
): readonly Diagnostic[] {
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
