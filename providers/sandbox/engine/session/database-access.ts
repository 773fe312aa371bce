import type { DatabaseState } from "../../storage/database.ts";
import type { StoredDatabase } from "../../storage/stored-database.ts";
import { raise } from "../../values/sql-exception.ts";
import { isServerMember, userIdIn } from "./rights.ts";
import type { SessionCore } from "./session-core.ts";

interface Refusal {
  readonly number: number;
  readonly class: number;
  text(database: string, server: string): string;
}

function gone(database: string, server: string): string {
  return `Database '${database}' on server '${server}' is not currently available. Please retry the connection later. If the problem persists, contact customer support.`;
}

/** What is said of a database that cannot be opened (documentation: Database engine errors). EMERGENCY opens for sysadmin. */
const REFUSALS: Readonly<Partial<Record<DatabaseState, Refusal>>> = {
  OFFLINE: {
    number: 942,
    class: 14,
    text: (name) => `Database '${name}' cannot be opened because it is offline.`,
  },
  RESTORING: {
    number: 927,
    class: 14,
    text: (name) => `Database '${name}' cannot be opened. It is in the middle of a restore.`,
  },
  RECOVERING: {
    number: 922,
    class: 14,
    text: (name) => `Database '${name}' is being recovered. Waiting until recovery is finished.`,
  },
  RECOVERY_PENDING: {
    number: 945,
    class: 14,
    text: (name) =>
      `Database '${name}' cannot be opened due to inaccessible files or insufficient memory or disk space. See the SQL Server errorlog for details.`,
  },
  SUSPECT: {
    number: 926,
    class: 14,
    text: (name) =>
      `Database '${name}' cannot be opened. It has been marked SUSPECT by recovery. See the SQL Server errorlog for more information.`,
  },
  COPYING: { number: 40_613, class: 17, text: gone },
  OFFLINE_SECONDARY: {
    number: 983,
    class: 14,
    text: (name) =>
      `Unable to access availability database '${name}' because the database replica is not in the PRIMARY or SECONDARY role. Connections to an availability database is permitted only when the database replica is in the PRIMARY or SECONDARY role. Try the operation again later.`,
  },
};

/** Refuses a database that is not online (926, 927, 942 …) or that the login has no user in (916). */
export function requireAccess(database: StoredDatabase, core: SessionCore): void {
  const { name, state, access } = database.options;
  requireState(database, core);
  makeWhole(database, core);
  const isClosed = state === "EMERGENCY" && !isServerMember(core, "sysadmin");
  if (isClosed || userIdIn(database, core) === undefined) {
    const login = core.server.principals.get(core.loginId)?.name ?? "";
    raise(
      916,
      `The server principal "${login}" is not able to access the database "${name}" under the current security context.`,
      { class: 14, state: 2 },
    );
  }
  if (access === "SINGLE_USER" && isTakenByAnother(database, core)) {
    raise(924, `Database '${name}' is already open and can only have one user at a time.`, {
      class: 14,
    });
  }
  if (access === "RESTRICTED_USER" && !isServerMember(core, "sysadmin", "dbcreator")) {
    raise(
      923,
      `Database '${name}' is in restricted mode. Only the database owner and members of the dbcreator and sysadmin roles can access it.`,
      { class: 14 },
    );
  }
}

function makeWhole(database: StoredDatabase, { server }: SessionCore): void {
  const make = server.unmade.get(database);
  server.unmade.delete(database);
  make?.();
}

function requireState({ options }: StoredDatabase, { server }: SessionCore): void {
  const refusal = REFUSALS[options.state];
  if (refusal === undefined) return;
  const text = refusal.text(options.name, server.name);
  raise(refusal.number, text, { class: refusal.class, state: 4 });
}

function isTakenByAnother(database: StoredDatabase, core: SessionCore): boolean {
  return core.server.sessions
    .values()
    .some((session) => session.sessionId !== core.sessionId && session.database === database);
}

export function requireWritable(database: StoredDatabase): void {
  const { name, state, readOnly } = database.options;
  if (state === "EMERGENCY") {
    raise(
      3908,
      `Could not run BEGIN TRANSACTION in database '${name}' because the database is in emergency mode or is damaged and must be restarted.`,
    );
  }
  if (!readOnly) return;
  raise(3906, `Failed to update database "${name}" because the database is read-only.`);
}

/** Statements about databases and logins are given in master of a logical server. */
export function requireMaster({ server, database }: SessionCore): void {
  if (server.flavour !== "azure_sql" || database.databaseId === 1) return;
  raise(5001, "User must be in the master database.", { state: 2 });
}
