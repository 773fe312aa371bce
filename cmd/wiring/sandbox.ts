import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { formatAddress } from "../../core/address/address.ts";
import { failure } from "../../core/diagnostics/diagnostic.ts";
import {
  createEngine,
  type KeptEngine,
  openEngine,
} from "../../providers/sandbox/engine/create-engine.ts";
import { startSandbox } from "../../providers/sandbox/sandbox.ts";
import { decodeScript, splitScript } from "../../providers/sandbox/script-batches.ts";
import { createServerIdentity } from "../../providers/sandbox/tls/certificate.ts";
import { runScript } from "../../providers/sqlserver/run-script.ts";
import type { RunningSandbox, SandboxRequest } from "../commands/command.ts";
import { type PreparedTenant, prepareTenant, startAzure } from "./sandbox-azure.ts";

interface SandboxPlace {
  /** Where relative paths start. */
  readonly directory: string;
  readonly signal: AbortSignal;
}

/** Starts the embedded server; its authority is written into a folder of its own, which goes when it is disposed. */
export async function startEmbeddedServer(
  request: SandboxRequest,
  { directory, signal }: SandboxPlace,
): Promise<RunningSandbox> {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-sandbox-"));
  const removeFolder = () => rm(folder, { recursive: true, force: true });
  const tenant = await prepareTenant(request.kind);
  const engine = await startEngine(request, { directory, tenant }).catch(async (error: unknown) => {
    await removeFolder();
    throw error;
  });
  const caFile = join(folder, "ca.pem");
  const identity = await createServerIdentity(new Date());
  const sandbox = await listen(
    () => startSandbox({ engine, port: request.port, caFile, identity }),
    request.port,
  ).catch(async (error: unknown) => {
    await removeFolder();
    throw error;
  });
  const azure = await (tenant && startAzure({ tenant, engine, identity, folder, caFile }))?.catch(
    async (error: unknown) => {
      await sandbox.close();
      await removeFolder();
      throw error;
    },
  );
  const target = {
    address: formatAddress("server", "sandbox"),
    host: sandbox.host,
    port: sandbox.port,
    username: "sa",
    password: () => Promise.resolve(request.password),
    tls: { ca: sandbox.authority, trustServerCertificate: false },
  };
  return {
    host: sandbox.host,
    port: sandbox.port,
    caFile,
    azure: azure?.environment,
    place: azure?.place,
    async load({ database, file }) {
      const batches = splitScript(decodeScript(await readScript(resolve(directory, file))));
      await runScript(target, { file, batches, database, signal });
    },
    async [Symbol.asyncDispose]() {
      await azure?.close();
      await sandbox.close();
      await removeFolder();
      await engine.close();
    },
  };
}

interface EnginePlace {
  readonly directory: string;
  readonly tenant: PreparedTenant | undefined;
}

/** In memory, or with the databases of a folder, which get back there at CHECKPOINT and at the end. */
async function startEngine(
  { password, dataFolder, kind }: SandboxRequest,
  { directory, tenant }: EnginePlace,
): Promise<KeptEngine> {
  const options = {
    clock: () => Date.now(),
    random: () => Math.random(),
    randomBytes: (length: number) => randomBytes(length),
    serverName: "SANDBOX",
    saPassword: password,
    flavour: kind,
    tokens: tenant?.directory.tokens,
    entraAdministrator: tenant?.directory.administrator,
  };
  if (dataFolder === undefined) {
    return { ...createEngine(options), close: () => Promise.resolve() };
  }
  try {
    const path = resolve(directory, dataFolder);
    await mkdir(path, { recursive: true });
    return await openEngine(options, path);
  } catch (error) {
    throw failure(
      {
        code: "SANDBOX_DATA_UNREADABLE",
        summary: "Sandbox folder not usable",
        detail: `The folder ${dataFolder} cannot be used for the sandbox's databases: ${reasonOf(error)} Nothing in it was changed. Choose another folder, or leave -data out.`,
      },
      error,
    );
  }
}

/** What an error says, as a sentence. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.endsWith(".") ? text : `${text}.`;
}

async function readScript(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw failure(
      {
        code: "FILE_UNREADABLE",
        summary: "Unreadable file",
        detail: `The script ${file} cannot be read: ${reasonOf(error)}`,
      },
      error,
    );
  }
}

async function listen<T>(start: () => Promise<T>, port: number): Promise<T> {
  try {
    return await start();
  } catch (error) {
    const isTaken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
    if (!isTaken) throw error;
    throw failure(
      {
        code: "SANDBOX_PORT_TAKEN",
        summary: "Port taken",
        detail: `Another program listens on port ${port}. Choose another one, or leave -port out to get a free one.`,
      },
      error,
    );
  }
}
