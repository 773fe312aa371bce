import { randomBytes } from "node:crypto";
import mssql from "mssql";
import { formatAddress } from "../../core/address/address.ts";
import type { ServerTarget } from "../../core/resource/database-server.ts";
import type { FaultPlan } from "../../providers/sandbox/session/faults.ts";
import { openConnection } from "../../providers/sqlserver/connection/open-connection.ts";
import { quoteName } from "../../providers/sqlserver/names.ts";

/** A SQL Server for the provider's tests: the one that HOLDFAST_TEST_MSSQL names, or a sandbox inside this process. */
export interface ProviderServer extends AsyncDisposable {
  readonly target: ServerTarget;
  /** Another login on the same server. */
  as(username: string, password: string): ServerTarget;
  /** A name that no database has yet; what is made under it is dropped at the end. */
  name(wish: string): string;
  /** Runs batches. */
  run(database: string, ...batches: readonly string[]): Promise<void>;
}

interface Home {
  readonly target: ServerTarget;
  readonly close: () => Promise<void>;
}

async function startHome(faults: FaultPlan | undefined): Promise<Home> {
  const { createEngine } = await import("../../providers/sandbox/engine/create-engine.ts");
  const { startSandbox } = await import("../../providers/sandbox/sandbox.ts");
  const saPassword = `Aa1!${randomBytes(12).toString("hex")}`;
  const engine = createEngine({
    clock: () => Date.now(),
    random: () => Math.random(),
    randomBytes: (count) => randomBytes(count),
    serverName: "SANDBOX",
    saPassword,
    faults,
  });
  const sandbox = await startSandbox({ engine, port: 0 });
  const target: ServerTarget = {
    address: formatAddress("server", "test"),
    host: sandbox.host,
    port: sandbox.port,
    username: "sa",
    password: () => Promise.resolve(saPassword),
    tls: { ca: sandbox.authority, serverName: "localhost", trustServerCertificate: false },
  };
  return { target, close: () => sandbox.close() };
}

function realHome(text: string): Home {
  const { server, port, user, password, options } =
    mssql.ConnectionPool.parseConnectionString(text);
  const target: ServerTarget = {
    address: formatAddress("server", "test"),
    host: server,
    port: port ?? 1433,
    username: user ?? "",
    password: () => Promise.resolve(password ?? ""),
    tls: { trustServerCertificate: options.trustServerCertificate === true },
  };
  return { target, close: () => Promise.resolve() };
}

/** `faults`: requests that the sandbox is to answer with errors; a real server knows none of them. */
export async function openProviderServer(faults?: FaultPlan): Promise<ProviderServer> {
  const text = process.env["HOLDFAST_TEST_MSSQL"] ?? "";
  const { target, close } = text === "" ? await startHome(faults) : realHome(text);
  const names: string[] = [];
  const suffix = randomBytes(3).toString("hex");
  const run = async (database: string, ...batches: readonly string[]): Promise<void> => {
    await using connection = await openConnection(target, { database });
    for (const sql of batches) await connection.execute(sql);
  };
  return {
    target,
    as: (username, password) => ({
      ...target,
      username,
      password: () => Promise.resolve(password),
    }),
    name: (wish) => {
      const name = `${wish}_${suffix}`;
      names.push(name);
      return name;
    },
    run,
    [Symbol.asyncDispose]: async () => {
      for (const name of names) {
        const literal = name.replaceAll("'", "''");
        const close = `ALTER DATABASE ${quoteName(name)} SET SINGLE_USER WITH ROLLBACK IMMEDIATE`;
        await run(
          "master",
          `IF DB_ID(N'${literal}') IS NOT NULL BEGIN ${close}; DROP DATABASE ${quoteName(name)}; END`,
        );
      }
      await close();
    },
  };
}
