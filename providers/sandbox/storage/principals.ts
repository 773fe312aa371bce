/** A login or a server role. */
export interface ServerPrincipal {
  /** sa 1, public 2, sysadmin 3 … bulkadmin 10, others from 256. */
  readonly principalId: number;
  readonly name: string;
  readonly kind: "sql_login" | "server_role" | "windows_login" | "external_user" | "external_group";
  /** Upper-case hexadecimal without `0x`; sa is `01`. */
  readonly sid: string;
  readonly isFixedRole: boolean;
  readonly disabled: boolean;
  readonly createDate: number;
  readonly modifyDate: number;
  readonly defaultDatabase: string;
  readonly defaultLanguage: string;
  readonly checkPolicy: boolean;
  readonly checkExpiration: boolean;
  /** `sys.sql_logins.password_hash` (0x0200, 4 bytes of salt, SHA-512); undefined for roles. */
  readonly passwordHash: Uint8Array | undefined;
  /** A role's owner. */
  readonly owningPrincipalId: number | undefined;
}

/** A user or role of a database. */
export interface DatabasePrincipal {
  /** public 0, dbo 1, guest 2, INFORMATION_SCHEMA 3, sys 4, others from 5, fixed roles from 16384. */
  readonly principalId: number;
  readonly name: string;
  readonly kind:
    | "sql_user"
    | "contained_user"
    | "external_user"
    | "external_group"
    | "database_role"
    | "user_without_login"
    | "application_role";
  readonly sid: string | undefined;
  readonly isFixedRole: boolean;
  readonly defaultSchema: string | undefined;
  readonly owningPrincipalId: number | undefined;
  readonly createDate: number;
  readonly modifyDate: number;
  /** Of a contained user, in the form of a login's. */
  readonly passwordHash?: Uint8Array | undefined;
}

interface RoleBirth {
  readonly principalId: number;
  readonly name: string;
  /** A datetime. */
  readonly now: number;
}

/** A role of a database that dbo owns; those from 16384 on are fixed. */
export function newRole({ principalId, name, now }: RoleBirth): DatabasePrincipal {
  return {
    principalId,
    name,
    kind: "database_role",
    sid: undefined,
    isFixedRole: principalId >= 16_384,
    defaultSchema: undefined,
    owningPrincipalId: 1,
    createDate: now,
    modifyDate: now,
  };
}

export interface RoleMember {
  readonly roleId: number;
  readonly memberId: number;
}

export type SecurableClass =
  | "SERVER"
  | "DATABASE"
  | "OBJECT"
  | "SCHEMA"
  | "TYPE"
  | "DATABASE_PRINCIPAL"
  | "SERVER_PRINCIPAL";

/** One row of `sys.database_permissions` or `sys.server_permissions`. */
export interface Permission {
  readonly securable: SecurableClass;
  /** Object, schema, type or principal id; 0 for the database and the server. */
  readonly majorId: number;
  /** Column id, 0 for the whole. */
  readonly minorId: number;
  readonly granteeId: number;
  readonly grantorId: number;
  /** `SELECT`, `VIEW DEFINITION`, `CREATE TABLE` … in upper case. */
  readonly name: string;
  readonly state: "GRANT" | "GRANT_WITH_GRANT_OPTION" | "DENY";
}
