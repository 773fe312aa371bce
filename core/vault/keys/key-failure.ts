import { type DiagnosticError, failure } from "../../diagnostics/diagnostic.ts";

/** `wrappers` are the keys elsewhere that open this vault, if there are any. */
export function wrongKey(wrappers: readonly string[] = []): DiagnosticError {
  const elsewhere =
    wrappers.length === 0
      ? ""
      : ` Its key is wrapped by Azure Key Vault: write key_vault_key = "${wrappers[0]}" into its \`encryption\` block.`;
  return failure({
    code: "VAULT_WRONG_KEY",
    summary: "Wrong vault key",
    detail:
      "The key that was given is well formed but does not open this vault, which was made with another one or was given another one since. " +
      `Nothing was read or changed. Look for the right key where this one came from: the place that the vault's \`encryption\` block names, or HOLDFAST_VAULT_KEY for a vault by its folder. Without it the vault cannot be read by anyone.${elsewhere}`,
  });
}

/** No key blob of this vault is left, so no key opens it. */
export function lostKeys(): DiagnosticError {
  return failure({
    code: "VAULT_KEY_LOST",
    summary: "Data keys of the vault lost",
    detail:
      "Nothing below keys/ belongs to this vault, so no key opens it, not even the right one. Nothing was read or changed. The blobs there are small and seldom change: bring them back from a copy of the vault, or, where the store keeps what was removed, from there. Without them the vault cannot be read by anyone.",
  });
}

/** The vault is there, and the key elsewhere wraps none of its keys. */
export function wrongWrapper(asked: string, wrappers: readonly string[]): DiagnosticError {
  const others =
    wrappers.length === 0
      ? "Its key is no key of Azure Key Vault: it is in an environment variable or in a file, so use key_env or key_file."
      : `It opens with: ${wrappers.join(", ")}.`;
  return failure({
    code: "VAULT_WRONG_KEY",
    summary: "Wrong vault key",
    detail: `${asked} does not open this vault. ${others} Nothing was read or changed. To give the vault that key, run the command with the key that it has now:\n\n    holdfast vault rotate-key -new-key-vault-key ${asked}`,
  });
}

export function incompleteKey(): DiagnosticError {
  return failure({
    code: "VAULT_KEY_INCOMPLETE",
    summary: "Vault key opens a part only",
    detail:
      "The key that was given opens some of the vault's data keys and not all. Either the vault's key is being changed, or changing it was interrupted: then the other key, the old or the new one, opens the vault. Or a blob below keys/ was lost: bring it back from a copy of the vault. " +
      "Nothing was read or changed. With the key that opens the vault, see that all is well, or finish what was interrupted by giving the same two keys again:\n\n    holdfast vault rotate-key",
  });
}

export function unchangedKey(): DiagnosticError {
  return failure({
    code: "VAULT_KEY_UNCHANGED",
    summary: "Same vault key",
    detail:
      "The new key is the one that the vault has, so nothing was changed. Make another one:\n\n    openssl rand -hex 32",
  });
}

interface NewestKey {
  readonly newest: number;
  /** In words which key opens everything. */
  readonly inForce: string;
}

/** To whoever wants to give the vault another key by one that was replaced since. */
export function outdatedKey(epoch: number, newest: NewestKey): DiagnosticError {
  return outdated(epoch, newest, "A new key in its place would open nothing that is written today");
}

/** To whoever wants to write by a key that was replaced since. */
export function replacedKey(epoch: number, newest: NewestKey): DiagnosticError {
  return outdated(
    epoch,
    newest,
    "Whoever else had that key could read what is written by it; what it opens can be read and restored as before",
  );
}

function outdated(
  epoch: number,
  { newest, inForce }: NewestKey,
  consequence: string,
): DiagnosticError {
  return failure({
    code: "VAULT_KEY_OUTDATED",
    summary: "Vault key replaced since",
    detail:
      `The key that was given opens the vault's data keys up to ${epoch}, but the newest is ${newest}: the key was replaced since, and what is left of it a policy of the store keeps, or a rotation that was stopped. ` +
      `${consequence}. Nothing was changed. In force is ${inForce}. Put that one where the vault's key is looked for, and run the command again.`,
  });
}
