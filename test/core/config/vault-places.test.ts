import assert from "node:assert/strict";
import { test } from "node:test";
import { loadText } from "../../support/load-text.ts";

function vaultIn(name: string, accountUrl: string, container: string): string {
  return `
vault "${name}" {
  storage "azure_blob" {
    account_url = "${accountUrl}"
    container   = "${container}"
    credential  = credential.storage
  }
  encryption { key_env = "KEY" }
}
`;
}

const CREDENTIAL = `
credential "storage" {
  type         = "sas"
  password_env = "STORAGE_SAS"
}
`;

const URL = "https://contoso.blob.core.windows.net";

test("two vaults cannot share a container, however its URL is written", () => {
  for (const other of [URL, `${URL}/`, URL.toUpperCase().replace("HTTPS", "https")]) {
    const text = CREDENTIAL + vaultIn("a", URL, "holdfast") + vaultIn("b", other, "holdfast");
    const { diagnostics } = loadText({ "main.hcl": text });
    assert.deepEqual(
      diagnostics.map(({ code, summary }) => [code, summary]),
      [["CONFIG_DUPLICATE_NAME", "Container used twice"]],
      other,
    );
    assert.match(
      diagnostics[0]?.detail ?? "",
      /vault\.a keeps its points in the container holdfast/,
    );
  }
});

test("a host that is none of Azure Storage is warned of where it stands, and refused nowhere", () => {
  const known = [
    URL,
    "https://contoso.privatelink.blob.core.windows.net",
    "https://contoso.blob.core.chinacloudapi.cn",
    "https://contoso.blob.core.usgovcloudapi.net/",
    "https://contoso.z01.blob.storage.azure.net",
    "http://127.0.0.1:10000/devstoreaccount1",
    "http://localhost:10000/devstoreaccount1",
    "http://[::1]:10000/devstoreaccount1",
  ];
  const foreign = [
    "https://contoso.blob.core.windows.ne",
    "https://contoso.blob.core.windows.net.example",
    "https://blob.core.windows.net",
    "https://contosoblob.core.windows.net",
    "https://backups.contoso.example",
  ];
  for (const url of [...known, ...foreign]) {
    const { diagnostics } = loadText({ "main.hcl": CREDENTIAL + vaultIn("a", url, "holdfast") });
    const found = diagnostics.map(({ code, severity, address }) => [code, severity, address]);
    const wanted = foreign.includes(url) ? [["STORE_HOST_UNKNOWN", "warning", "vault.a"]] : [];
    assert.deepEqual(found, wanted, url);
    assert.equal(diagnostics[0]?.subject?.start.line, wanted.length > 0 ? 9 : undefined);
  }
});

test("vaults may have containers of one account, or of one name in two accounts", () => {
  const elsewhere = "https://fabrikam.blob.core.windows.net";
  const text = `${CREDENTIAL}${vaultIn("a", URL, "one")}${vaultIn("b", URL, "two")}${vaultIn("c", elsewhere, "one")}`;
  assert.deepEqual(loadText({ "main.hcl": text }).diagnostics, []);
});
