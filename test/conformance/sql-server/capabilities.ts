import { setTimeout as sleep } from "node:timers/promises";
import { quoteName } from "../../../providers/sqlserver/names.ts";
import type { ConformanceServer } from "./conformance-server.ts";

/** What a server may lack, by its version, kind, settings or the rights of the login. */
export type Capability =
  | "databases"
  | "logins"
  | "snapshot_isolation"
  | "temporal_tables"
  | "change_capture"
  | "encryption"
  | "agent";

export interface Capabilities {
  /** `Microsoft SQL Server 2022 …, EngineEdition 3`. */
  readonly server: string;
  /** Why the server lacks it, in its own words; what is not here it has. */
  readonly lacks: ReadonlyMap<Capability, string>;
}

/** EngineEdition of Azure SQL Database and of managed instances: they keep the keys that encrypt databases. */
const SERVICES: readonly unknown[] = [5, 8];
const AZURE_SQL_DATABASE = 5;

type Probe = (server: ConformanceServer, database: string, edition: number) => Promise<void>;

const TEMPORAL = `CREATE TABLE dbo.ProbeOfVersions (id int NOT NULL PRIMARY KEY,
  f datetime2 GENERATED ALWAYS AS ROW START NOT NULL, t datetime2 GENERATED ALWAYS AS ROW END NOT NULL,
  PERIOD FOR SYSTEM_TIME (f, t)) WITH (SYSTEM_VERSIONING = ON)`;
const CAPTURED =
  "EXEC sys.sp_cdc_enable_table @source_schema = N'dbo', @source_name = N'ProbeOfChanges', @role_name = NULL, @capture_instance = N'probe', @supports_net_changes = 0";
/** The capture job looks every five seconds; the scheduler of Azure SQL Database every twenty (facts of their documentation). */
const CAPTURED_WITHIN_MS = 45_000;
const LOOK_EVERY_MS = 250;

/** Capture is enabled, and what is written is captured: on SQL Server that needs a running Agent. */
async function probeCapture(server: ConformanceServer, database: string): Promise<void> {
  await server.home.run(
    database,
    "CREATE TABLE dbo.ProbeOfChanges (id int NOT NULL PRIMARY KEY)",
    "EXEC sys.sp_cdc_enable_db",
    CAPTURED,
    "INSERT dbo.ProbeOfChanges VALUES (1)",
  );
  for (let waited = 0; waited <= CAPTURED_WITHIN_MS; waited += LOOK_EVERY_MS) {
    const rows = await server.ask(database, "SELECT TOP (1) 1 AS seen FROM cdc.probe_CT");
    if (rows.length > 0) return;
    await sleep(LOOK_EVERY_MS);
  }
  throw new Error(
    "It can be enabled, but nothing is captured within 45 seconds: SQL Server Agent may not run.",
  );
}

const CERTIFICATE =
  "SELECT TOP (1) name FROM sys.certificates WHERE pvt_key_encryption_type = 'MK' AND name NOT LIKE N'##%' AND expiry_date > SYSUTCDATETIME()";

const PROBES: readonly (readonly [Capability, Probe])[] = [
  [
    "snapshot_isolation",
    async (server, database) => {
      await server.ask(database, "SET TRANSACTION ISOLATION LEVEL SNAPSHOT; SELECT 1 AS one");
      const facts = (await server.server.databases()).find(({ name }) => name === database);
      if (facts?.snapshotIsolation !== "on") {
        throw new Error(`Snapshot isolation is ${facts?.snapshotIsolation ?? "unknown"}.`);
      }
    },
  ],
  ["temporal_tables", (server, database) => server.home.run(database, TEMPORAL)],
  ["change_capture", probeCapture],
  [
    "logins",
    async (server) => {
      await server.login("probe", "Not-a-secret-1");
    },
  ],
  [
    "encryption",
    async (server, _database, edition) => {
      if (SERVICES.includes(edition)) return;
      const found = await server.ask("master", CERTIFICATE);
      if (found.length === 0) {
        throw new Error("master has no certificate for it, and this suite makes none there.");
      }
    },
  ],
  [
    "agent",
    async (server, _database, edition) => {
      if (edition === AZURE_SQL_DATABASE) {
        throw new Error("Azure SQL Database has no Agent and no msdb.");
      }
      await server.ask("msdb", "SELECT COUNT(*) AS jobs FROM dbo.sysjobs");
    },
  ],
];

/** What went wrong first, in one line, with its causes. */
export function inOneLine(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? inOneLine(error.cause) : "";
  const text = error instanceof Error ? error.message : String(error);
  const whole = text.includes(cause) ? text : `${text} (${cause})`;
  return whole.replaceAll(/\s+/g, " ").trim();
}

const IDENTITY =
  "SELECT @@VERSION AS version, CONVERT(int, SERVERPROPERTY('EngineEdition')) AS edition";

/** Asks the server for each, in a database that is made for it. A server that takes none lacks everything. */
export async function detectCapabilities(server: ConformanceServer): Promise<Capabilities> {
  const [row = {}] = await server.ask("master", IDENTITY);
  const edition = Number(row["edition"]);
  const [version = ""] = String(row["version"]).split("\n");
  const lacks = new Map<Capability, string>();
  const told = { server: `${version.trim()}, EngineEdition ${edition}`, lacks };
  let database: string;
  try {
    database = await server.make("Probe");
  } catch (error) {
    lacks.set("databases", inOneLine(error));
    return told;
  }
  for (const [capability, probe] of PROBES) {
    try {
      await probe(server, database, edition);
    } catch (error) {
      lacks.set(capability, inOneLine(error));
    }
  }
  return told;
}

/** Lets a sandbox have what a real server's owner made: a certificate to encrypt databases by. */
export async function prepareSandbox({ home }: ConformanceServer): Promise<void> {
  await home.run(
    "master",
    "CREATE MASTER KEY ENCRYPTION BY PASSWORD = N'Not-a-secret-1'",
    `CREATE CERTIFICATE ${quoteName("tde")} WITH SUBJECT = N'Transparent data encryption'`,
  );
}
