import assert from "node:assert/strict";
import { test } from "node:test";
import { loadText } from "../../support/load-text.ts";

const CREDENTIAL = `
credential "entra" {
  type = "managed_identity"
}
`;

function problemsOf(encryption: string) {
  const vault = `vault "main" {
  storage "local" { path = "./vault" }
  encryption {
    ${encryption}
  }
}
`;
  return loadText({ "main.hcl": CREDENTIAL + vault }).diagnostics;
}

test("a key of Azure Key Vault is named by its identifier, with or without a version, and a credential", () => {
  const key = "https://contoso.vault.azure.net/keys/holdfast";
  for (const encryption of [
    `key_vault_key = "${key}"`,
    `key_vault_key = "${key}/0123456789abcdef0123456789abcdef"`,
    `key_vault_key = "${key}"\n    credential = credential.entra`,
  ]) {
    assert.deepEqual(problemsOf(encryption), [], encryption);
  }
});

test("what is no identifier of a key is refused where it stands", () => {
  for (const key of [
    "https://contoso.vault.azure.net/secrets/holdfast",
    "https://contoso.example.com/keys/holdfast",
    "http://contoso.vault.azure.net/keys/holdfast",
    "https://contoso.vault.azure.net/keys/",
    "https://contoso.vault.azure.net/keys/a/b/c",
  ]) {
    const [problem, ...others] = problemsOf(`key_vault_key = "${key}"`);
    assert.deepEqual([problem?.code, others.length], ["CONFIG_INVALID_VALUE", 0], key);
    assert.equal(problem?.subject?.start.line, 8, key);
  }
});

test("a credential of the encryption without a key in Azure Key Vault is refused", () => {
  const [problem, ...others] = problemsOf('key_env = "KEY"\n    credential = credential.entra');
  assert.deepEqual([problem?.summary, others], ["Argument without effect", []]);
  assert.equal(problem?.subject?.start.line, 9);
});
