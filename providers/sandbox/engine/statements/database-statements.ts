import type {
  AlterDatabaseAction,
  AlterDatabaseStatement,
  DropDatabaseStatement,
  EditionOption,
} from "../../parser/ast-databases.ts";
import type { StoredDatabase } from "../../storage/stored-database.ts";
import { raise } from "../../values/sql-exception.ts";
import { refuseLosingCapture } from "../capture/service-change.ts";
import type { Activation } from "../session/activation.ts";
import { hasPermission, isServerMember } from "../session/rights.ts";
import type { SessionCore } from "../session/session-core.ts";
import { datetimeNow } from "../session/system-context.ts";
import { rollbackTransaction } from "../session/transactions.ts";
import { refuseInTransaction } from "./create-database.ts";
import { isInUse, setOption } from "./database-options.ts";
import { serviceOf } from "./database-service.ts";

export function executeDropDatabase(
  statement: DropDatabaseStatement,
  activation: Activation,
): void {
  const { core } = activation;
  refuseInTransaction("DROP DATABASE", core);
  for (const { value: name } of statement.names) {
    const database = core.server.findDatabase(name);
    if (database === undefined) {
      if (statement.ifExists) continue;
      raise(
        3701,
        `Cannot drop the database '${name}', because it does not exist or you do not have permission.`,
        { class: 11 },
      );
    }
    requireOwner(database, core, "drop");
    if (database.databaseId <= 4) {
      raise(3708, `Cannot drop the database '${name}' because it is a system database.`);
    }
    if (isInUse(database, core)) {
      raise(3702, `Cannot drop database "${name}" because it is currently in use.`, { state: 3 });
    }
    core.server.databases.delete(database.databaseId);
    core.server.copies.delete(database.databaseId);
  }
}

function requireOwner(database: StoredDatabase, core: SessionCore, verb: "drop" | "alter"): void {
  if (isServerMember(core, "sysadmin", "dbcreator")) return;
  if (hasPermission("CONTROL", database, { core, object: undefined })) return;
  const { name } = database.options;
  if (verb === "alter") {
    raise(
      5011,
      `User does not have permission to alter database '${name}', the database does not exist, or the database is not in a state that allows access checks.`,
      { class: 14, state: 5 },
    );
  }
  raise(
    3701,
    `Cannot drop the database '${name}', because it does not exist or you do not have permission.`,
    { class: 11 },
  );
}

export function executeAlterDatabase(
  statement: AlterDatabaseStatement,
  activation: Activation,
): void {
  const { core } = activation;
  const name = statement.name?.value ?? core.database.options.name;
  const database = core.server.findDatabase(name);
  if (database === undefined) {
    raise(
      5011,
      `User does not have permission to alter database '${name}', the database does not exist, or the database is not in a state that allows access checks.`,
      { class: 14, state: 5 },
    );
  }
  requireOwner(database, core, "alter");
  applyAction(statement.action, database, activation);
}

function applyAction(
  action: AlterDatabaseAction,
  database: StoredDatabase,
  activation: Activation,
): void {
  const { core } = activation;
  if (action.kind === "modify_name") {
    renameDatabase(database, action.name.value, activation);
    return;
  }
  if (action.kind === "modify_service") {
    changeService(database, action.service, activation);
    return;
  }
  if (action.kind !== "set") {
    const shown = action.kind.toUpperCase().replaceAll("_", " ");
    raise(40_515, `ALTER DATABASE … ${shown} is not supported in this version.`);
  }
  refuseInTransaction("ALTER DATABASE", core);
  if (action.termination !== undefined) endOthers(database, core);
  for (const option of action.options) setOption(option, database, activation);
}

/** A change of tier; the sandbox needs no time for it. */
function changeService(
  database: StoredDatabase,
  asked: readonly EditionOption[],
  { core }: Activation,
): void {
  const { service } = database.options;
  if (service === undefined) raise(102, "Incorrect syntax near '('.", { class: 15 });
  const next = serviceOf(asked, core.server, service);
  refuseLosingCapture(database, next, core.server.elasticPools);
  database.options = { ...database.options, service: next };
}

function renameDatabase(
  database: StoredDatabase,
  name: string,
  { core, sink, line }: Activation,
): void {
  if (database.databaseId <= 4)
    raise(5024, `Cannot rename the system database '${database.options.name}'.`);
  const other = core.server.findDatabase(name);
  if (other !== undefined && other !== database) {
    raise(1801, `Database '${name}' already exists. Choose a different database name.`, {
      state: 3,
    });
  }
  database.options = { ...database.options, name };
  // sys.databases, create_date: when the database was created or renamed.
  database.createDate = datetimeNow(core.parts.now());
  sink.message({
    number: 5021,
    state: 1,
    class: 0,
    message: `The database name '${name}' has been set.`,
    procedure: "",
    line,
  });
}

/** ROLLBACK IMMEDIATE and its like: transactions of others are rolled back, and the others moved out of the database. */
function endOthers(database: StoredDatabase, core: SessionCore): void {
  for (const session of core.server.sessions.values()) {
    if (session.sessionId === core.sessionId || session.database !== database) continue;
    const other = session as SessionCore;
    rollbackTransaction(other);
    other.isKilled = true;
  }
}
