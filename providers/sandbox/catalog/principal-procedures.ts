import type { ProcedureContext } from "../engine/system-registry.ts";
import { raise } from "../values/sql-exception.ts";
import {
  bracket,
  type ProcedureArguments,
  type ProcedureDefinition,
  quote,
} from "./procedure-definition.ts";

/** The statement that each procedure of SQL Server 2000 stands for; a name in `{}` is an argument, in brackets. */
function translated(name: string, parameters: string, statement: string): ProcedureDefinition {
  return {
    name,
    parameters,
    run: (context, given) => context.execute(fillIn(statement, given)),
  };
}

function fillIn(statement: string, given: ProcedureArguments): string {
  return statement.replace(/\{(\w+)\}/g, (_, name: string) => bracket(given.requiredText(name)));
}

async function addLogin(context: ProcedureContext, given: ProcedureArguments): Promise<void> {
  const options = [`PASSWORD = ${quote(given.text("passwd") ?? "")}`, "CHECK_POLICY = OFF"];
  const database = given.text("defdb");
  const language = given.text("deflanguage");
  if (database !== undefined) options.push(`DEFAULT_DATABASE = ${bracket(database)}`);
  if (language !== undefined) options.push(`DEFAULT_LANGUAGE = ${bracket(language)}`);
  const name = bracket(given.requiredText("loginame"));
  await context.execute(`CREATE LOGIN ${name} WITH ${options.join(", ")}`);
}

/** sp_adduser also makes the schema of the user, as SQL Server 2005 and later do. */
async function addUser(context: ProcedureContext, given: ProcedureArguments): Promise<void> {
  const login = given.requiredText("loginame");
  const user = given.text("name_in_db") ?? login;
  if (context.server.findPrincipal(login) === undefined) {
    raise(15_007, `'${login}' is not a valid login or you do not have permission.`);
  }
  await context.execute(`CREATE USER ${bracket(user)} FOR LOGIN ${bracket(login)}`);
  const role = given.text("grpname");
  if (role !== undefined) {
    await context.execute(`ALTER ROLE ${bracket(role)} ADD MEMBER ${bracket(user)}`);
  }
}

async function changePassword(context: ProcedureContext, given: ProcedureArguments): Promise<void> {
  const { server, session } = context;
  const login = given.text("loginame") ?? server.principals.get(session.loginId)?.name ?? "";
  const old = given.text("old");
  const proof = old === undefined ? "" : ` OLD_PASSWORD = ${quote(old)}`;
  await context.execute(
    `ALTER LOGIN ${bracket(login)} WITH PASSWORD = ${quote(given.text("new") ?? "")}${proof}`,
  );
}

const ROLE_MEMBERS = `SELECT DbRole = r.name, MemberName = m.name, MemberSID = m.sid FROM sys.database_role_members AS x
JOIN sys.database_principals AS r ON r.principal_id = x.role_principal_id JOIN sys.database_principals AS m ON m.principal_id = x.member_principal_id`;

export const PRINCIPAL_PROCEDURES: readonly ProcedureDefinition[] = [
  {
    name: "sp_addlogin",
    parameters:
      "loginame name, passwd name?, defdb name?, deflanguage name?, sid sid?, encryptopt word?",
    run: addLogin,
  },
  translated("sp_droplogin", "loginame name", "DROP LOGIN {loginame}"),
  { name: "sp_password", parameters: "old name?, new name?, loginame name?", run: changePassword },
  {
    name: "sp_defaultdb",
    parameters: "loginame name, defdb name",
    run: (context, given) =>
      context.execute(fillIn("ALTER LOGIN {loginame} WITH DEFAULT_DATABASE = {defdb}", given)),
  },
  {
    name: "sp_adduser",
    parameters: "loginame name, name_in_db name?, grpname name?",
    run: addUser,
  },
  { name: "sp_grantdbaccess", parameters: "loginame name, name_in_db name?", run: addUser },
  translated("sp_dropuser", "name_in_db name", "DROP USER {name_in_db}"),
  translated("sp_revokedbaccess", "name_in_db name", "DROP USER {name_in_db}"),
  {
    name: "sp_addrole",
    parameters: "rolename name, ownername name?",
    run: (context, given) => {
      const owner = given.text("ownername");
      const tail = owner === undefined ? "" : ` AUTHORIZATION ${bracket(owner)}`;
      return context.execute(`CREATE ROLE ${bracket(given.requiredText("rolename"))}${tail}`);
    },
  },
  translated("sp_droprole", "rolename name", "DROP ROLE {rolename}"),
  translated(
    "sp_addrolemember",
    "rolename name, membername name",
    "ALTER ROLE {rolename} ADD MEMBER {membername}",
  ),
  translated(
    "sp_droprolemember",
    "rolename name, membername name",
    "ALTER ROLE {rolename} DROP MEMBER {membername}",
  ),
  translated(
    "sp_addsrvrolemember",
    "loginame name, rolename name",
    "ALTER SERVER ROLE {rolename} ADD MEMBER {loginame}",
  ),
  translated(
    "sp_dropsrvrolemember",
    "loginame name, rolename name",
    "ALTER SERVER ROLE {rolename} DROP MEMBER {loginame}",
  ),
  {
    name: "sp_helprolemember",
    parameters: "rolename name?",
    run: (context, given) => {
      const role = given.text("rolename");
      const filter = role === undefined ? "" : ` WHERE r.name = ${quote(role)}`;
      return context.execute(`${ROLE_MEMBERS}${filter} ORDER BY 1, 2`);
    },
  },
  {
    name: "sp_who",
    parameters: "loginame name?",
    run: (context, given) => {
      const login = given.text("loginame");
      const filter = login === undefined ? "" : ` WHERE loginame = ${quote(login)}`;
      return context.execute(
        `SELECT spid, ecid, status, loginame, hostname, blk = CONVERT(char(5), blocked), dbname = DB_NAME(dbid), cmd, request_id FROM sys.sysprocesses${filter} ORDER BY spid`,
      );
    },
  },
];
