import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { ContainerClient, StorageSharedKeyCredential } from "@azure/storage-blob";
import type { BlobContainer } from "../../core/storage/blob-container.ts";

const PROGRAM = fileURLToPath(import.meta.resolve("azurite/dist/src/blob/main.js"));

const PLACE = ["--blobHost", "127.0.0.1", "--blobPort", "0", "--inMemoryPersistence"];
const QUIET = ["--skipApiVersionCheck", "--disableTelemetry", "--silent"];

/** The account and key that every emulator of Azure Storage has: public, and of use nowhere else. */
export const EMULATOR_ACCOUNT = "devstoreaccount1";
export const EMULATOR_KEY =
  "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

/** A running Azurite: Microsoft's emulator of Blob Storage, in memory, on a port of its own. */
export interface Azurite extends AsyncDisposable {
  readonly accountUrl: string;
  /** Makes a container that no other test uses. */
  makeContainer(): Promise<BlobContainer>;
}

export async function startAzurite(): Promise<Azurite> {
  const child = spawn(process.execPath, [PROGRAM, ...PLACE, ...QUIET], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const accountUrl = `${await listeningAt(child)}/${EMULATOR_ACCOUNT}`;
  let made = 0;
  return {
    accountUrl,
    async makeContainer() {
      made += 1;
      const container = `vault-${made}`;
      const key = new StorageSharedKeyCredential(EMULATOR_ACCOUNT, EMULATOR_KEY);
      await new ContainerClient(`${accountUrl}/${container}`, key).create();
      const signIn = { kind: "account_key", account: EMULATOR_ACCOUNT, key: EMULATOR_KEY } as const;
      return { accountUrl, container, signIn };
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** Azurite says on stdout where it listens. */
async function listeningAt(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error("Azurite has no stdout");
  for await (const line of createInterface({ input: child.stdout })) {
    const [, url] = /listens on (http:\/\/[\d.]+:\d+)/.exec(line) ?? [];
    if (url !== undefined) {
      child.stdout.resume();
      return url;
    }
  }
  throw new Error("Azurite ended before it listened");
}
