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

test("a place whose host is none of Azure is sent nothing unless the environment names it", async () => {
  const strange = "https://contoso.blob.core.windows.ne/vault";
  for (const [place, variables, count] of [
    [strange, {}, 1],
    [strange, { AZURE_STORAGE_SAS_TOKEN: "sv=1&sig=x" }, 1],
    [strange, { HOLDFAST_ENTRA_HOSTS: "contoso.blob.core.windows.ne" }, 0],
    [
      "azblob://contoso/vault",
      { AZURE_STORAGE_CONNECTION_STRING: "BlobEndpoint=https://contoso.blob.example" },
      0,
    ],
    [`${CONTOSO}/vault`, {}, 0],
    ["azblob://contoso/vault", {}, 0],
  ] as const) {
    const { ports } = createWorld();
    const environment = (name: string) => (variables as Record<string, string>)[name];
    let opened = 0;
    const openBlobContainer: typeof ports.openBlobContainer = (container) => {
      opened += 1;
      return ports.openBlobContainer(container);
    };
    const world = { ...ports, environment, openBlobContainer };
    const [diagnosis] = await examineVaults({ vault: place, variables: [] }, world);
    const codes = diagnosis?.findings.flatMap(({ code }) => code ?? []);
    const refused = codes?.filter((code) => code === "STORE_HOST_NOT_TRUSTED");
    assert.deepEqual([refused?.length, opened > 0], [count, count === 0], place);
  }
});

test("doctor says that a folder is not there, which may be misspelt", async () => {
  const { ports } = createWorld();
  const environment = () => "7e57".repeat(16);
  const lastOf = async (isThere: boolean) => {
    const files = { ...ports.files, isThere: () => Promise.resolve(isThere) };
    const world = { ...ports, environment, files };
    const [diagnosis] = await examineVaults({ vault: "./nodir", variables: [] }, world);
    const { verdict, detail } = diagnosis?.findings.at(-1) ?? assert.fail();
    return `${verdict}: ${detail}`;
  };
  assert.match(await lastOf(false), /^not tried: There is no folder \.\/nodir.*misspelt/);
  assert.match(await lastOf(true), /^not tried: There is no vault yet/);
});
