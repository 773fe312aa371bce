import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readPrivateKey } from "../../core/ssh/private-key.ts";

/** Somebody with a key of SSH. */
export interface Person {
  readonly name: string;
  /** The public half, as a configuration declares it. */
  readonly line: string;
}

/** Makes a key at `NAME.key` in the folder, and gives the line of its public half. */
export async function makePerson(name: string, folder: string): Promise<Person> {
  const { privateKey } = generateKeyPairSync("ed25519");
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  await writeFile(join(folder, `${name}.key`), pem);
  const key = readPrivateKey(pem);
  assert.ok(key.status === "open");
  const blob = Buffer.from(key.publicKey.blob).toString("base64");
  return { name, line: `ssh-ed25519 ${blob} ${name}@example` };
}
