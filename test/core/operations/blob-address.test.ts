import assert from "node:assert/strict";
import { test } from "node:test";
import { parseBlobAddress } from "../../../core/operations/blob-address.ts";
import { examineVaults } from "../../../core/operations/doctor.ts";
import { containerByEnvironment } from "../../../core/operations/environment-sign-in.ts";
import { createWorld } from "../../support/memory-ports.ts";
import { withCode } from "../../support/with-code.ts";

const CONTOSO = "https://contoso.blob.core.windows.net";

test("a container is named by its account or by its URL, with a prefix or without", () => {
  const places = [
    ["azblob://contoso/vault", undefined, "contoso", "vault", ""],
    ["azblob://contoso/vault/a/b", undefined, "contoso", "vault", "a/b/"],
    [`${CONTOSO}/vault/`, CONTOSO, "contoso", "vault", ""],
    [`${CONTOSO}/vault/a.b`, CONTOSO, "contoso", "vault", "a.b/"],
    [
      "http://127.0.0.1:10000/devstoreaccount1/vault/x",
      "http://127.0.0.1:10000/devstoreaccount1",
      "devstoreaccount1",
      "vault",
      "x/",
    ],
  ] as const;
  for (const [text, accountUrl, account, container, prefix] of places) {
    assert.deepEqual(parseBlobAddress(text), { account, accountUrl, container, prefix });
  }
});

test("what is no address of a container is refused, and its text is never repeated", () => {
  const refused = [
    "azblob://contoso",
    "azblob://contoso/Vault",
    "azblob://contoso/va--ult",
    "azblob://contoso/vault/UPPER",
    `azblob://contoso/vault/${"x".repeat(101)}`,
    "s3://bucket/key",
    "http://contoso.blob.core.windows.net/vault",
    `${CONTOSO}/vault?sv=1&sig=s3cret`,
    "https://s3cret:s3cret@contoso.blob.core.windows.net/vault",
    "azblob://contoso/vault#s3cret",
  ];
  for (const text of refused) {
    assert.throws(
      () => parseBlobAddress(text),
      (error: unknown) => {
        assert.doesNotMatch(JSON.stringify(error), /s3cret/);
        return withCode("STORE_UNSUPPORTED")(error);
      },
      text,
    );
  }
});

const KEY = "a2V5a2V5a2V5a2V5a2V5a2V5";

test("the way in comes from the variables of Azure's tools, in their order", () => {
  const keyed = { kind: "account_key", account: "contoso", key: KEY };
  const signed = { kind: "sas", token: "sv=1&sig=x" };
  const connection = `DefaultEndpointsProtocol=https;AccountName=contoso;AccountKey=${KEY};EndpointSuffix=core.chinacloudapi.cn`;
  const cases = [
    [
      { AZURE_STORAGE_CONNECTION_STRING: connection, AZURE_STORAGE_SAS_TOKEN: "sv=1&sig=x" },
      ["https://contoso.blob.core.chinacloudapi.cn", keyed],
    ],
    [
      {
        AZURE_STORAGE_CONNECTION_STRING:
          "BlobEndpoint=https://contoso.blob.example/;SharedAccessSignature=sv=1&sig=x",
      },
      ["https://contoso.blob.example", signed],
    ],
    [
      {
        AZURE_STORAGE_CONNECTION_STRING: connection.replace("=contoso", "=other"),
        AZURE_STORAGE_KEY: KEY,
      },
      [CONTOSO, keyed],
    ],
    [{ AZURE_STORAGE_KEY: KEY, AZURE_STORAGE_SAS_TOKEN: "sv=1&sig=x" }, [CONTOSO, keyed]],
    [
      {
        AZURE_STORAGE_ACCOUNT: "other",
        AZURE_STORAGE_KEY: KEY,
        AZURE_STORAGE_SAS_TOKEN: "sv=1&sig=x",
      },
      [CONTOSO, signed],
    ],
  ] as const;
  for (const [variables, [accountUrl, signIn]] of cases) {
    const environment = (name: string) => (variables as Record<string, string>)[name];
    const found = containerByEnvironment(parseBlobAddress("azblob://contoso/vault"), {
      environment,
    });
    assert.deepEqual(found, { accountUrl, container: "vault", signIn });
  }
});

test("where no variable says how, the identity of Entra signs in that this machine has", () => {
  const environment = (name: string) =>
    name === "AZURE_STORAGE_CONNECTION_STRING" ? `AccountName=other;AccountKey=${KEY}` : undefined;
  const found = containerByEnvironment(parseBlobAddress("azblob://contoso/vault"), {
    environment,
  });
  const signIn = { kind: "entra", identity: { kind: "default" } };
  assert.deepEqual(found, { accountUrl: CONTOSO, container: "vault", signIn });
});

test("a place whose host is none of Azure is told once before anything is sent there", async () => {
  for (const [place, count] of [
    ["https://contoso.blob.core.windows.ne/vault", 1],
    [`${CONTOSO}/vault`, 0],
    ["azblob://contoso/vault", 0],
  ] as const) {
    const world = createWorld();
    await examineVaults({ vault: place, variables: [] }, world.ports);
    const told = world.events.flatMap((event) =>
      event.type === "diagnostic" ? [event.diagnostic.code] : [],
    );
    assert.deepEqual(told, count === 0 ? [] : ["STORE_HOST_UNKNOWN"], place);
  }
});
