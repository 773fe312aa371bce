import type { SecurityStatement } from "../../parser/ast-security.ts";
import { alterLogin, createLogin } from "../security/logins.ts";
import { alterRole, createUser, dropPrincipal } from "../security/members.ts";
import { changePermissions } from "../security/permissions.ts";
import { addPrincipal, refuseServerRole } from "../security/principals.ts";
import { alterUser, changeOwner, createSchema, transferObject } from "../security/schemas.ts";
import type { Activation } from "../session/activation.ts";
import { requireTransaction } from "../session/readers.ts";
import type { Task } from "../suspension.ts";
import type { Interpreter } from "./flow.ts";

/** Logins, users, roles, schemas and rights. */
export function* executeSecurity(
  statement: SecurityStatement,
  activation: Activation,
  interpreter: Interpreter,
): Task {
  requireTransaction(activation.core).databases.add(activation.core.database.databaseId);
  if (statement.kind === "create_login") yield* createLogin(statement, activation, interpreter);
  else if (statement.kind === "alter_login") yield* alterLogin(statement, activation, interpreter);
  else changePrincipals(statement, activation);
}

type AtOnce = Exclude<SecurityStatement, { kind: "create_login" | "alter_login" }>;

function changePrincipals(statement: AtOnce, activation: Activation): void {
  switch (statement.kind) {
    case "create_schema":
      return createSchema(statement, activation);
    case "alter_schema":
      return transferObject(statement, activation);
    case "create_role":
      return createRole(statement.name.value, statement.server, activation);
    case "alter_role":
      return alterRole(statement, activation);
    case "create_user":
      return createUser(statement, activation);
    case "alter_user":
      return alterUser(statement, activation);
    case "drop_principal":
      return dropPrincipal(statement, activation);
    case "permission":
      return changePermissions(statement, activation);
    case "alter_authorization":
      return changeOwner(statement, activation);
    default:
      return statement satisfies never;
  }
}

function createRole(name: string, isServer: boolean, activation: Activation): void {
  if (isServer) refuseServerRole();
  addPrincipal(
    { name, kind: "database_role", sid: undefined, defaultSchema: undefined },
    activation,
  );
}
