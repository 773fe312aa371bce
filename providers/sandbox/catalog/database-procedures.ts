import type { ProcedureContext } from "../engine/system-registry.ts";
import type { Database } from "../storage/database.ts";
import { raise } from "../values/sql-exception.ts";
import { CONFIGURATIONS, type Configuration, configuredValue } from "./configurations.ts";
import {
  bracket,
  type ProcedureArguments,
  type ProcedureDefinition,
  quote,
} from "./procedure-definition.ts";

/** Options of sp_dboption: the SET clause for true and for false. */
const OPTIONS: Readonly<Record<string, readonly [on: string, off: string]>> = {
  "trunc. log on chkpt.": ["RECOVERY SIMPLE", "RECOVERY FULL"],
  "select into/bulkcopy": ["RECOVERY BULK_LOGGED", "RECOVERY FULL"],
  "read only": ["READ_ONLY", "READ_WRITE"],
  "single user": ["SINGLE_USER", "MULTI_USER"],
  "dbo use only": ["RESTRICTED_USER", "MULTI_USER"],
  offline: ["OFFLINE", "ONLINE"],
  "torn page detection": ["PAGE_VERIFY TORN_PAGE_DETECTION", "PAGE_VERIFY NONE"],
  "default to local cursor": ["CURSOR_DEFAULT LOCAL", "CURSOR_DEFAULT GLOBAL"],
  autoclose: ["AUTO_CLOSE ON", "AUTO_CLOSE OFF"],
  autoshrink: ["AUTO_SHRINK ON", "AUTO_SHRINK OFF"],
  "ansi null default": ["ANSI_NULL_DEFAULT ON", "ANSI_NULL_DEFAULT OFF"],
  "ansi nulls": ["ANSI_NULLS ON", "ANSI_NULLS OFF"],
  "ansi padding": ["ANSI_PADDING ON", "ANSI_PADDING OFF"],
  "ansi warnings": ["ANSI_WARNINGS ON", "ANSI_WARNINGS OFF"],
  arithabort: ["ARITHABORT ON", "ARITHABORT OFF"],
  "auto create statistics": ["AUTO_CREATE_STATISTICS ON", "AUTO_CREATE_STATISTICS OFF"],
  "auto update statistics": ["AUTO_UPDATE_STATISTICS ON", "AUTO_UPDATE_STATISTICS OFF"],
  "concat null yields null": ["CONCAT_NULL_YIELDS_NULL ON", "CONCAT_NULL_YIELDS_NULL OFF"],
  "cursor close on commit": ["CURSOR_CLOSE_ON_COMMIT ON", "CURSOR_CLOSE_ON_COMMIT OFF"],
  "numeric roundabort": ["NUMERIC_ROUNDABORT ON", "NUMERIC_ROUNDABORT OFF"],
  "quoted identifier": ["QUOTED_IDENTIFIER ON", "QUOTED_IDENTIFIER OFF"],
  "recursive triggers": ["RECURSIVE_TRIGGERS ON", "RECURSIVE_TRIGGERS OFF"],
};

function requireDatabase({ server }: ProcedureContext, name: string): Database {
  return (
    server.findDatabase(name) ??
    raise(
      15_010,
      `The database '${name}' does not exist. Supply a valid database name. To see available databases, use sys.databases.`,
    )
  );
}

/** An option by its name or an unambiguous beginning of it. */
function findOption(name: string): readonly [on: string, off: string] {
  const wanted = name.toLowerCase();
  const exact = Object.hasOwn(OPTIONS, wanted) ? OPTIONS[wanted] : undefined;
  if (exact !== undefined) return exact;
  const found = Object.entries(OPTIONS).filter(([option]) => option.startsWith(wanted));
  const [first] = found;
  if (first === undefined) raise(15_011, `Database option '${name}' does not exist.`);
  if (found.length > 1) raise(15_242, `Database option '${name}' is not unique.`);
  return first[1];
}

async function setDatabaseOption(
  context: ProcedureContext,
  given: ProcedureArguments,
): Promise<void> {
  const name = given.text("dbname");
  const option = given.text("optname");
  if (name === undefined || option === undefined) {
    const rows = Object.keys(OPTIONS).map((key) => [key]);
    const type = { name: "nvarchar", length: 35 } as const;
    await context.result([{ name: "Settable database options:", type, nullable: true }], rows);
    return;
  }
  const database = requireDatabase(context, name);
  const [on, off] = findOption(option);
  const value = (given.text("optvalue") ?? "").toLowerCase();
  if (!["true", "on", "false", "off"].includes(value)) {
    raise(15_241, "Usage: sp_dboption [dbname [,optname [,'true' | 'false']]]");
  }
  const clause = value === "true" || value === "on" ? on : off;
  const keepsSimple = clause === "RECOVERY BULK_LOGGED" && database.options.recovery === "SIMPLE";
  if (keepsSimple) return;
  await context.execute(`ALTER DATABASE ${bracket(database.options.name)} SET ${clause}`);
}

async function changeOwner(context: ProcedureContext, given: ProcedureArguments): Promise<void> {
  const { name } = context.database.options;
  const owner = bracket(given.requiredText("loginame"));
  await context.execute(`ALTER AUTHORIZATION ON DATABASE::${bracket(name)} TO ${owner}`);
}

async function renameDatabase(context: ProcedureContext, given: ProcedureArguments): Promise<void> {
  const { name } = requireDatabase(context, given.requiredText("dbname")).options;
  const newName = given.requiredText("newname");
  await context.execute(`ALTER DATABASE ${bracket(name)} MODIFY NAME = ${bracket(newName)}`);
}

function findConfiguration(name: string): Configuration {
  const wanted = name.toLowerCase();
  const exact = CONFIGURATIONS.find((candidate) => candidate.name.toLowerCase() === wanted);
  const similar = CONFIGURATIONS.filter((candidate) =>
    candidate.name.toLowerCase().includes(wanted),
  );
  const [found] = exact === undefined ? similar : [exact];
  if (found === undefined || (exact === undefined && similar.length > 1)) {
    raise(
      15_123,
      `The configuration option '${name}' does not exist, or it may be an advanced option.`,
    );
  }
  return found;
}

async function configure(context: ProcedureContext, given: ProcedureArguments): Promise<void> {
  const name = given.text("configname");
  const value = given.number("configvalue");
  if (name === undefined) return showConfigurations(context, CONFIGURATIONS);
  const found = findConfiguration(name);
  if (value === undefined) return showConfigurations(context, [found]);
  if (!context.isServerRoleMember("sysadmin") && !context.isServerRoleMember("serveradmin")) {
    raise(15_247, "User does not have permission to perform this action.");
  }
  if (value < found.minimum || value > found.maximum) {
    raise(15_129, `'${value}' is not a valid value for configuration option '${found.name}'.`);
  }
  const before = configuredValue(context.server, found);
  context.server.configurations.set(found.id, value);
  context.message(
    15_457,
    `Configuration option '${found.name}' changed from ${before} to ${value}. Run the RECONFIGURE statement to install.`,
  );
}

async function showConfigurations(
  context: ProcedureContext,
  shown: readonly Configuration[],
): Promise<void> {
  const type = { name: "int" } as const;
  await context.result(
    [
      { name: "name", type: { name: "nvarchar", length: 35 }, nullable: false },
      ...["minimum", "maximum", "config_value", "run_value"].map((name) => ({
        name,
        type,
        nullable: true,
      })),
    ],
    shown.map((configuration) => {
      const { name, minimum, maximum } = configuration;
      const value = configuredValue(context.server, configuration);
      return [name, minimum, maximum, value, value];
    }),
  );
}

export const DATABASE_PROCEDURES: readonly ProcedureDefinition[] = [
  {
    name: "sp_dboption",
    parameters: "dbname name?, optname word?, optvalue word?",
    run: setDatabaseOption,
  },
  { name: "sp_changedbowner", parameters: "loginame name, map word?", run: changeOwner },
  { name: "sp_renamedb", parameters: "dbname name, newname name", run: renameDatabase },
  { name: "sp_configure", parameters: "configname word?, configvalue int?", run: configure },
  {
    name: "sp_databases",
    parameters: "",
    run: (context) =>
      context.execute(
        "SELECT DATABASE_NAME = name, DATABASE_SIZE = CONVERT(int, 16384), REMARKS = CONVERT(varchar(254), NULL) FROM sys.databases WHERE HAS_DBACCESS(name) = 1 ORDER BY 1",
      ),
  },
  {
    name: "sp_helpdb",
    parameters: "dbname name?",
    run: (context, given) => {
      const name = given.text("dbname");
      if (name !== undefined) requireDatabase(context, name);
      const filter = name === undefined ? "" : ` WHERE name = ${quote(name)}`;
      return context.execute(
        `SELECT name, db_size = CONVERT(nvarchar(13), N'     16.00 MB'), owner = SUSER_SNAME(owner_sid), dbid = CONVERT(smallint, database_id), created = CONVERT(nvarchar(11), create_date), status = CONVERT(nvarchar(600), N'Status=' + state_desc + N', Updateability=' + CASE is_read_only WHEN 1 THEN N'READ_ONLY' ELSE N'READ_WRITE' END + N', UserAccess=' + user_access_desc + N', Recovery=' + recovery_model_desc), compatibility_level FROM sys.databases${filter} ORDER BY name`,
      );
    },
  },
];
