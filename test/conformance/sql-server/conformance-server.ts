import assert from "node:assert/strict";
import mssql from "mssql";
import type { CapturedTable, DatabaseCapture } from "../../../core/resource/database-capture.ts";
import type { DatabaseServer } from "../../../core/resource/database-server.ts";
import { openConnection } from "../../../providers/sqlserver/connection/open-connection.ts";
import type { Row } from "../../../providers/sqlserver/connection/tds-connection.ts";
import { quoteName } from "../../../providers/sqlserver/names.ts";
import { openSqlServer } from "../../../providers/sqlserver/sql-server.ts";
import { type SqlServerSchema, sqlServerSchema } from "../../../schemas/sql-server-schema.ts";
import { copyAll } from "../../support/copied-rows.ts";
import {
  openProviderServer,
  type ProviderServer,
  type SandboxWish,
} from "../../support/sql-server-target.ts";

const EDITION = "SELECT CONVERT(int, SERVERPROPERTY('EngineEdition')) AS edition";
const AZURE_SQL_DATABASE = 5;

/** The server under test, with what all cases do. It drops the databases and logins that cases got names for. */
export class ConformanceServer implements AsyncDisposable {
  readonly home: ProviderServer;
  readonly server: DatabaseServer;
  readonly #logins: string[] = [];

  constructor(home: ProviderServer, server: DatabaseServer) {
    this.home = home;
    this.server = server;
  }

  /** Makes a database that a capture can read: a server as installed has snapshot isolation off in a new one. */
  async make(wish: string, ...batches: readonly string[]): Promise<string> {
    const name = this.home.name(wish);
    await this.home.run("master", `CREATE DATABASE ${quoteName(name)}`);
    const facts = (await this.server.databases()).find((each) => each.name === name);
    if (facts?.snapshotIsolation === "off") {
      const on = "SET ALLOW_SNAPSHOT_ISOLATION ON";
      await this.home.run("master", `ALTER DATABASE ${quoteName(name)} ${on}`);
    }
    await this.home.run(name, ...batches);
    return name;
  }

  /** EngineEdition of Azure SQL Database: no database sees another, and a login needs a user in master. */
  async isAzureSql(): Promise<boolean> {
    const [row] = await this.ask("master", EDITION);
    return row?.["edition"] === AZURE_SQL_DATABASE;
  }

  async ask(database: string, sql: string): Promise<readonly Row[]> {
    await using connection = await openConnection(this.home.target, { database });
    return await connection.query(sql);
  }

  /** A login of its own name, dropped at the end. */
  async login(wish: string, password: string): Promise<string> {
    const name = this.home.name(wish);
    this.#logins.push(name);
    await this.home.run("master", `CREATE LOGIN ${quoteName(name)} WITH PASSWORD = '${password}'`);
    return name;
  }

  /** A client that no code of ours is part of. */
  async stock(database: string): Promise<mssql.ConnectionPool> {
    const { host, port, username, password, tls } = this.home.target;
    const { ca, serverName, trustServerCertificate } = tls;
    const pool = new mssql.ConnectionPool({
      server: host,
      port,
      user: username,
      password: await password(),
      database,
      pool: { max: 1, min: 0 },
      options: {
        encrypt: true,
        useUTC: true,
        trustServerCertificate,
        ...(serverName === undefined ? {} : { serverName }),
        ...(ca === undefined ? {} : { cryptoCredentialsDetails: { ca } }),
      },
    });
    return pool.connect();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
    for (const name of this.#logins) await this.home.run("master", `DROP LOGIN ${quoteName(name)}`);
    await this.home[Symbol.asyncDispose]();
  }
}

export async function openConformanceServer(wish: SandboxWish): Promise<ConformanceServer> {
  const home = await openProviderServer(wish);
  try {
    return new ConformanceServer(home, await openSqlServer(home.target));
  } catch (error) {
    await home[Symbol.asyncDispose]();
    throw error;
  }
}

/** Backs a database up and restores it, without a vault in between; gives the name of the copy. */
export async function copyDatabase(
  { home, server }: ConformanceServer,
  source: string,
): Promise<string> {
  const copy = home.name(`${source}_copy`);
  await using capture = await server.openCapture(source);
  await copyAll(server, capture, copy);
  return copy;
}

/** What a capture reads of one table: what the columns are, then all rows, as they come over the wire. */
export async function wireOf(capture: DatabaseCapture, table: CapturedTable): Promise<Buffer> {
  const { metadata, slices } = await capture.rows(table);
  const parts = [Buffer.from(metadata)];
  for await (const { bytes } of slices) parts.push(Buffer.from(bytes));
  return Buffer.concat(parts);
}

export function parseSchema(bytes: Uint8Array): SqlServerSchema {
  return sqlServerSchema.parse(JSON.parse(Buffer.from(bytes).toString()));
}

/** Where a sequence goes on. A server without sp_sequence_get_range restarts it, which moves its start. */
function withPositions(schema: SqlServerSchema): unknown {
  const sequences = schema.sequences.map(({ start, value, increment, ...rest }) => ({
    ...rest,
    increment,
    next: value === null ? BigInt(start) : BigInt(value) + BigInt(increment),
  }));
  return { ...schema, sequences: sequences.map(({ next, name }) => ({ next, name })) };
}

/** The same schema by name, and the same bytes of all rows. */
export async function assertEqualDatabases(
  { server }: ConformanceServer,
  left: string,
  right: string,
): Promise<void> {
  await using one = await server.openCapture(left);
  await using two = await server.openCapture(right);
  assert.deepEqual(withPositions(parseSchema(two.schema)), withPositions(parseSchema(one.schema)));
  for (const table of one.tables) {
    const [found, wanted] = [await wireOf(two, table), await wireOf(one, table)];
    assert.ok(found.equals(wanted), `${table.schema}.${table.name}: bytes of the rows differ`);
  }
}
