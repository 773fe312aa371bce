import type { SystemContext } from "../engine/system-registry.ts";
import { visibleLogins } from "./principal-views.ts";
import { bit, bytesOfHex, type ViewDefinition, type ViewRow } from "./view-definition.ts";

/** Bits of `sysdatabases.status`: read only 1024, offline 512, single user 4096, simple recovery 8. */
function databaseStatus({ options }: SystemContext["database"]): number {
  return (
    (options.recovery === "SIMPLE" ? 8 : 0) |
    (options.state === "OFFLINE" ? 512 : 0) |
    (options.readOnly ? 1024 : 0) |
    (options.access === "SINGLE_USER" ? 4096 : 0)
  );
}

/** Those that only master has under `dbo`; `sys` shows them everywhere. */
export const SERVER_COMPATIBILITY_VIEWS: readonly ViewDefinition[] = [
  {
    name: "sys.sysdatabases",
    columns: `name sysname?, dbid smallint?, sid sid?, mode smallint?, status int?, status2 int?, crdate datetime, reserved datetime?, category int?, cmptlevel tinyint, filename path?, version smallint?`,
    rows: ({ server }) =>
      [...server.databases.values()].map((database) => ({
        name: database.options.name,
        dbid: database.databaseId,
        sid: bytesOfHex(database.options.ownerSid),
        mode: 0,
        status: databaseStatus(database),
        status2: 0,
        crdate: database.createDate,
        category: 0,
        cmptlevel: database.options.compatibilityLevel,
        filename: database.files[0]?.physicalName,
        version: 957,
      })),
  },
  {
    name: "sys.syslogins",
    columns: `sid sid?, status smallint?, createdate datetime, updatedate datetime, accdate datetime, totcpu int?, totio int?, spacelimit int?, timelimit int?, resultlimit int?, name sysname,
dbname sysname?, password hash?, language sysname?, denylogin int?, hasaccess int?, isntname int?, isntgroup int?, isntuser int?, sysadmin int?, securityadmin int?,
serveradmin int?, setupadmin int?, processadmin int?, diskadmin int?, dbcreator int?, bulkadmin int?, loginname sysname`,
    rows: (context) =>
      visibleLogins(context)
        .filter(({ kind }) => kind !== "server_role")
        .map((login) => ({
          sid: bytesOfHex(login.sid),
          createdate: login.createDate,
          updatedate: login.modifyDate,
          accdate: login.createDate,
          name: login.name,
          dbname: login.defaultDatabase,
          language: login.defaultLanguage,
          denylogin: bit(login.disabled),
          hasaccess: bit(!login.disabled),
          isntname: bit(login.kind === "windows_login"),
          isntuser: bit(login.kind === "windows_login"),
          ...serverRoles(context, login.principalId),
          loginname: login.name,
        })),
  },
  {
    name: "sys.sysprocesses",
    columns: `spid smallint, kpid smallint, blocked smallint, waittype binary, waittime bigint, lastwaittype short, waitresource path, dbid smallint, uid smallint?, cpu int,
physical_io bigint, memusage int, login_time datetime, last_batch datetime, ecid smallint, open_tran smallint, status word, sid sid, hostname sysname, program_name sysname,
hostprocess word, cmd word, nt_domain sysname, nt_username sysname, net_address word, net_library word, loginame sysname, context_info binary, request_id int`,
    rows: ({ server }) =>
      [...server.sessions.values()].map((session) => ({
        spid: session.sessionId,
        blocked: session.blockedBy,
        dbid: session.database.databaseId,
        login_time: session.loginTime,
        last_batch: session.lastRequestTime,
        open_tran: session.openTransactions,
        status: session.isRunning ? "runnable" : "sleeping",
        hostname: session.hostName,
        program_name: session.programName,
        cmd: session.isRunning ? "SELECT" : "AWAITING COMMAND",
        loginame: server.principals.get(session.loginId)?.name,
      })),
  },
];

const ROLES = [
  "sysadmin",
  "securityadmin",
  "serveradmin",
  "setupadmin",
  "processadmin",
  "diskadmin",
  "dbcreator",
  "bulkadmin",
] as const;

function serverRoles({ server }: SystemContext, loginId: number): ViewRow {
  return Object.fromEntries(
    ROLES.map((role) => {
      const roleId = server.findPrincipal(role)?.principalId ?? 0;
      const isMember =
        server.roleMembers.has(`${roleId}.${loginId}`) || (role === "sysadmin" && loginId === 1);
      return [role, bit(isMember)];
    }),
  );
}
