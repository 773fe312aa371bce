import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatAddress } from "../../core/address/address.ts";
import { type DiagnosticError, failure } from "../../core/diagnostics/diagnostic.ts";
import { createEngine } from "../../providers/sandbox/engine/create-engine.ts";
import { startSandbox } from "../../providers/sandbox/sandbox.ts";
import { decodeScript, splitScript } from "../../providers/sandbox/script-batches.ts";
import { runScript } from "../../providers/sqlserver/run-script.ts";
import type { RunningSandbox, SandboxRequest } from "../commands/command.ts";

/** Starts the embedded server; its authority is written into a folder of its own, which goes when it is disposed. */
export async function startEmbeddedServer(
  request: SandboxRequest,
  signal: AbortSignal,
): Promise<RunningSandbox> {
  if (request.dataFolder !== undefined) throw dataUnsupported();
  const folder = await mkdtemp(join(tmpdir(), "holdfast-sandbox-"));
  const engine = createEngine({
    clock: () => Date.now(),
    random: () => Math.random(),
    randomBytes: (length) => randomBytes(length),
    serverName: "SANDBOX",
    saPassword: request.password,
  });
  const caFile = join(folder, "ca.pem");
  const removeFolder = () => rm(folder, { recursive: true, force: true });
  const sandbox = await listen(
    () => startSandbox({ engine, port: request.port, caFile }),
    request.port,
  ).catch(async (error: unknown) => {
    await removeFolder();
    throw error;
  });
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
    async load({ database, file }) {
      const batches = splitScript(decodeScript(await readScript(file)));
      await runScript(target, { file, batches, database, signal });
    },
    async [Symbol.asyncDispose]() {
      await sandbox.close();
      await removeFolder();
    },
  };
}

function dataUnsupported(): DiagnosticError {
  return failure({
    code: "SANDBOX_DATA_UNSUPPORTED",
    summary: "Sandbox keeps nothing",
    detail:
      "This version of the sandbox holds its databases in memory only, so -data has no effect that you could rely on. Leave it out, and load a script at each start:\n\n    holdfast sandbox -load DATABASE=FILE",
  });
}

async function readScript(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw failure(
      {
        code: "FILE_UNREADABLE",
        summary: "Unreadable file",
        detail: `The script ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
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
