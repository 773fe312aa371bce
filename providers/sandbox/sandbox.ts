import { writeFile } from "node:fs/promises";
import { createSecureContext } from "node:tls";
import type { SandboxEngine } from "./session/session.ts";
import { TdsServer } from "./tds/server.ts";
import type { TlsContexts } from "./tds/tls-upgrade.ts";
import { createServerIdentity, type ServerIdentity } from "./tls/certificate.ts";

export interface SandboxOptions {
  readonly engine: SandboxEngine;
  /** 0 takes a free one. */
  readonly port: number;
  /** Where the certificate authority is written, in PEM, for clients to trust. */
  readonly caFile?: string | undefined;
  /** Certificate and authority [made for this run]. */
  readonly identity?: ServerIdentity | undefined;
  /** Asked at each connection: after how many packets of answers it is cut [never]. */
  readonly packetLimit?: (() => number | undefined) | undefined;
}

/** A running stand-in for SQL Server. */
export interface Sandbox extends AsyncDisposable {
  /** Always 127.0.0.1: the sandbox serves this computer only. */
  readonly host: string;
  readonly port: number;
  readonly caFile: string | undefined;
  /** The authority in PEM. */
  readonly authority: string;
  /** How many clients are connected. */
  readonly connectionCount: number;
  /** Ends all connections; resolves when they and their sessions are closed. Safe to call twice. */
  close(): Promise<void>;
}

const HOST = "127.0.0.1";

function createTlsContexts({ privateKey, certificate, authority }: ServerIdentity): TlsContexts {
  const common = { key: privateKey, cert: certificate + authority, minVersion: "TLSv1.2" } as const;
  return {
    inner: createSecureContext({ ...common, maxVersion: "TLSv1.2" }),
    outer: createSecureContext(common),
  };
}

/** Starts to listen, with a certificate made for this run. Rejects when the port is taken (EADDRINUSE) or the file cannot be written. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const identity = options.identity ?? (await createServerIdentity(new Date()));
  const tls = createTlsContexts(identity);
  if (options.caFile !== undefined) await writeFile(options.caFile, identity.authority);
  const server = new TdsServer({
    engine: options.engine,
    tls,
    packetLimit: options.packetLimit,
  });
  const port = await server.listen({ host: HOST, port: options.port });
  return {
    host: HOST,
    port,
    caFile: options.caFile,
    authority: identity.authority,
    get connectionCount() {
      return server.connectionCount;
    },
    close: () => server.close(),
    [Symbol.asyncDispose]: () => server.close(),
  };
}
