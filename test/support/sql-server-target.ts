import { randomBytes } from "node:crypto";
import mssql from "mssql";
import { formatAddress } from "../../core/address/address.ts";
import type { ServerTarget } from "../../core/resource/database-server.ts";
import type { FaultPlan } from "../../providers/sandbox/session/faults.ts";
import type { Flavour } from "../../providers/sandbox/storage/flavour.ts";
import { openConnection } from "../../providers/sqlserver/connection/open-connection.ts";
import { quoteName, quoteText } from "../../providers/sqlserver/names.ts";

/** A SQL Server for the provider's tests: the one that HOLDFAST_TEST_MSSQL names, or a sandbox inside this process. */
export interface ProviderServer extends AsyncDisposable {
  readonly target: ServerTarget;
  readonly isSandbox: boolean;
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

/** What the sandbox is to be; a real server is what it is. */
export interface SandboxWish {
  /** Requests to be answered with errors [none]. */
  readonly faults?: FaultPlan | undefined;
  /** [sql_server] */
  readonly flavour?: Flavour | undefined;
}

/** The sandbox captures changes at once, as nobody waits in tests. */
async function startHome(wish: SandboxWish): Promise<Home> {
  const { createEngine } = await import("../../providers/sandbox/engine/create-engine.ts");
  const { startSandbox } = await import("../../providers/sandbox/sandbox.ts");
  const saPassword = `Aa1!${randomBytes(12).toString("hex")}`;
  const engine = createEngine({
    clock: () => Date.now(),
    random: () => Math.random(),
    randomBytes: (count) => randomBytes(count),
    serverName: "SANDBOX",
    saPassword,
    capture: { delay: 0, quietInterval: 0 },
    ...wish,
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

/** SERVERPROPERTY('EngineEdition') of the services of Azure, where ALTER DATABASE knows no SINGLE_USER. */
const SERVICES: readonly unknown[] = [5, 8];

/**
 * Drops a database. Azure SQL Database takes CREATE and DROP DATABASE as the only statement of a batch, and its DB_ID knows no
 * other database than the connection's (documentation of both).
 */
async function dropDatabase(target: ServerTarget, name: string): Promise<void> {
  await using connection = await openConnection(target, { database: "master" });
  const [found] = await connection.query(
    `SELECT CONVERT(int, SERVERPROPERTY('EngineEdition')) AS edition FROM sys.databases WHERE name = ${quoteText(name)}`,
  );
  if (found === undefined) return;
  if (!SERVICES.includes(found["edition"])) {
    const close = "SET SINGLE_USER WITH ROLLBACK IMMEDIATE";
    await connection.execute(`ALTER DATABASE ${quoteName(name)} ${close}`);
  }
  await connection.execute(`DROP DATABASE ${quoteName(name)}`);
}

/** The server that HOLDFAST_TEST_MSSQL names, or a sandbox as wished. */
export async function openProviderServer(wish: SandboxWish = {}): Promise<ProviderServer> {
  const text = process.env["HOLDFAST_TEST_MSSQL"] ?? "";
  const isSandbox = text === "";
  const { target, close } = isSandbox ? await startHome(wish) : realHome(text);
  const names: string[] = [];
  const suffix = randomBytes(3).toString("hex");
  const run = async (database: string, ...batches: readonly string[]): Promise<void> => {
    await using connection = await openConnection(target, { database });
    for (const sql of batches) await connection.execute(sql);
  };
  return {
    target,
    isSandbox,
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
      for (const name of names) await dropDatabase(target, name);
      await close();
    },
  };
}
