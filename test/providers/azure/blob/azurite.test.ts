import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  ContainerSASPermissions,
  generateBlobSASQueryParameters,
  StorageSharedKeyCredential,
} from "@azure/storage-blob";
import { DiagnosticError } from "../../../../core/diagnostics/diagnostic.ts";
import type { BlobContainer } from "../../../../core/storage/blob-container.ts";
import { type BlobStore, parseBlobName } from "../../../../core/storage/blob-store.ts";
import { openBlobContainer } from "../../../../providers/azure/blob/open-container.ts";
import { testBlobStore, testTiers } from "../../../conformance/blob-store.ts";
import {
  type Azurite,
  EMULATOR_ACCOUNT,
  EMULATOR_KEY,
  startAzurite,
} from "../../../support/azurite.ts";
import { withCode } from "../../../support/with-code.ts";

let azurite: Azurite;
before(async () => {
  azurite = await startAzurite();
});
after(() => azurite[Symbol.asyncDispose]());

const NAME = parseBlobName("packs/ab/abcd");

async function open(): Promise<{ readonly store: BlobStore } & AsyncDisposable> {
  const store = openBlobContainer(await azurite.makeContainer());
  return { store, [Symbol.asyncDispose]: async () => undefined };
}

testBlobStore("a container of Azurite", open);
testTiers("a container of Azurite", open);

function signed(place: BlobContainer, permissions: string, expiresOn: Date): BlobContainer {
  const token = generateBlobSASQueryParameters(
    {
      containerName: place.container,
      permissions: ContainerSASPermissions.parse(permissions),
      expiresOn,
    },
    new StorageSharedKeyCredential(EMULATOR_ACCOUNT, EMULATOR_KEY),
  ).toString();
  return { ...place, signIn: { kind: "sas", token: `?${token}` } };
}

const NEXT_YEAR = new Date(Date.now() + 365 * 86_400_000);

test("a shared access signature lets in for what it permits and for nothing else", async () => {
  const place = await azurite.makeContainer();
  const writer = openBlobContainer(signed(place, "racwdl", NEXT_YEAR));
  await writer.put(NAME, [Buffer.from("kept")]);
  const reader = openBlobContainer(signed(place, "rl", NEXT_YEAR));
  assert.equal(Buffer.from(await reader.get(NAME)).toString(), "kept");
  await assert.rejects(reader.put(parseBlobName("new"), []), withCode("STORE_NOT_WRITABLE"));
  await assert.rejects(reader.remove(NAME), withCode("STORE_NOT_WRITABLE"));
  const blind = openBlobContainer(signed(place, "w", NEXT_YEAR));
  await assert.rejects(blind.get(NAME), withCode("STORE_NOT_READABLE"));
});

/** Azurite answers AuthorizationFailure where Azure answers AuthenticationFailed. */
const LOCKED_OUT = ["STORE_SIGN_IN_FAILED", "STORE_NOT_READABLE", "STORE_NOT_WRITABLE"];

test("a wrong key and a signature that ran out open nothing and are in no message", async () => {
  const place = await azurite.makeContainer();
  const key = Buffer.alloc(64, 7).toString("base64");
  const signIn = { kind: "account_key", account: EMULATOR_ACCOUNT, key } as const;
  const late = signed(place, "racwdl", new Date(Date.now() - 86_400_000));
  for (const each of [{ ...place, signIn }, late]) {
    const store = openBlobContainer(each);
    const secret = each.signIn.kind === "sas" ? /sig=([^&]*)/.exec(each.signIn.token)?.[1] : key;
    const calls = [store.head(NAME), store.put(NAME, []), Array.fromAsync(store.list(""))];
    for (const result of await Promise.allSettled(calls)) {
      const error: unknown = result.status === "rejected" ? result.reason : undefined;
      assert.ok(error instanceof DiagnosticError, "let in");
      assert.ok(LOCKED_OUT.includes(error.diagnostic.code), error.diagnostic.code);
      assert.ok(secret !== undefined && !error.message.includes(secret), "told the secret");
    }
  }
});

test("a container that is not there is told with the command that makes it", async () => {
  const place = { ...(await azurite.makeContainer()), container: "misspelt" };
  const store = openBlobContainer(place);
  const missing = withCode(
    "STORE_CONTAINER_MISSING",
    "az storage container create --name misspelt",
  );
  await assert.rejects(store.get(NAME), missing);
  await assert.rejects(store.head(NAME), missing);
  await assert.rejects(store.put(NAME, []), missing);
  await assert.rejects(Array.fromAsync(store.list("")), missing);
});
