import type { StoredDatabase } from "../../storage/stored-database.ts";
import { raise } from "../../values/sql-exception.ts";
import { isServerMember, userIdIn } from "./rights.ts";
import type { SessionCore } from "./session-core.ts";

/** Refuses a database that is offline (942) or that the login has no user in (916). */
export function requireAccess(database: StoredDatabase, core: SessionCore): void {
  const { name, state, access } = database.options;
  if (state === "OFFLINE") {
    raise(942, `Database '${name}' cannot be opened because it is offline.`, {
      class: 14,
      state: 4,
    });
  }
  if (userIdIn(database, core) === undefined) {
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
    raise(927, `Database '${name}' cannot be opened because it is in restricted user mode.`, {
      class: 14,
    });
  }
}

function isTakenByAnother(database: StoredDatabase, core: SessionCore): boolean {
  return core.server.sessions
    .values()
    .some((session) => session.sessionId !== core.sessionId && session.database === database);
}

export function requireWritable(database: StoredDatabase): void {
  if (!database.options.readOnly) return;
  raise(
    3906,
    `Failed to update database "${database.options.name}" because the database is read-only.`,
  );
}
