import type { Expression, Identifier, Located, ObjectName } from "./ast-expressions.ts";
import type { Statement } from "./ast-statements.ts";
import type { NamedOption } from "./ast-tables.ts";

export type SecurityStatement =
  | CreateSchemaStatement
  | AlterSchemaStatement
  | CreateRoleStatement
  | AlterRoleStatement
  | CreateUserStatement
  | AlterUserStatement
  | CreateLoginStatement
  | AlterLoginStatement
  | DropPrincipalStatement
  | PermissionStatement
  | AlterAuthorizationStatement;

export interface CreateSchemaStatement extends Located {
  readonly kind: "create_schema";
  /** Undefined: named after its owner. */
  readonly name: Identifier | undefined;
  readonly owner: Identifier | undefined;
  /** Tables, views and grants written into the statement itself. */
  readonly elements: readonly Statement[];
}

export interface AlterSchemaStatement extends Located {
  readonly kind: "alter_schema";
  readonly name: Identifier;
  readonly transferType: "object" | "type" | "xml schema collection";
  readonly transfer: ObjectName;
}

export interface CreateRoleStatement extends Located {
  readonly kind: "create_role";
  readonly server: boolean;
  readonly name: Identifier;
  readonly owner: Identifier | undefined;
}

export interface AlterRoleStatement extends Located {
  readonly kind: "alter_role";
  readonly server: boolean;
  readonly name: Identifier;
  readonly action:
    | { readonly kind: "add_member" | "drop_member"; readonly member: Identifier }
    | { readonly kind: "rename"; readonly name: Identifier };
}

export interface CreateUserStatement extends Located {
  readonly kind: "create_user";
  readonly name: Identifier;
  readonly for:
    | { readonly kind: "login"; readonly login: Identifier }
    | { readonly kind: "without_login" }
    | { readonly kind: "external_provider" }
    | { readonly kind: "certificate" | "asymmetric_key"; readonly name: Identifier }
    | undefined;
  readonly options: readonly NamedOption[];
}

export interface AlterUserStatement extends Located {
  readonly kind: "alter_user";
  readonly name: Identifier;
  readonly options: readonly NamedOption[];
}

export interface CreateLoginStatement extends Located {
  readonly kind: "create_login";
  readonly name: Identifier;
  readonly source: "password" | "windows" | "external_provider" | "certificate" | "asymmetric_key";
  readonly password: LoginPassword | undefined;
  readonly options: readonly NamedOption[];
}

export interface LoginPassword {
  readonly value: Expression;
  readonly hashed: boolean;
  readonly mustChange: boolean;
  readonly oldPassword: Expression | undefined;
}

export interface AlterLoginStatement extends Located {
  readonly kind: "alter_login";
  readonly name: Identifier;
  readonly action:
    | { readonly kind: "enable" | "disable" }
    | {
        readonly kind: "with";
        readonly password: LoginPassword | undefined;
        readonly options: readonly NamedOption[];
      };
}

export interface DropPrincipalStatement extends Located {
  readonly kind: "drop_principal";
  readonly type: "user" | "role" | "server_role" | "login";
  readonly ifExists: boolean;
  readonly name: Identifier;
}

export interface PermissionStatement extends Located {
  readonly kind: "permission";
  readonly action: "grant" | "deny" | "revoke";
  /** REVOKE GRANT OPTION FOR. */
  readonly grantOptionFor: boolean;
  readonly permissions: readonly Permission[];
  readonly securable: Securable | undefined;
  readonly principals: readonly Identifier[];
  readonly withGrantOption: boolean;
  readonly cascade: boolean;
  readonly as: Identifier | undefined;
}

export interface Permission extends Located {
  /** Upper case, single spaces: `SELECT`, `VIEW DEFINITION`, `ALL`. */
  readonly name: string;
  readonly columns: readonly Identifier[];
}

export interface Securable extends Located {
  /** Lower case: `object` (also when no class was written), `schema`, `database`, `type`, `login`, `user`, `role`, `xml schema collection`, … */
  readonly class: string;
  readonly name: ObjectName;
  readonly columns: readonly Identifier[];
}

export interface AlterAuthorizationStatement extends Located {
  readonly kind: "alter_authorization";
  readonly securable: Securable;
  /** Undefined: SCHEMA OWNER. */
  readonly owner: Identifier | undefined;
}
