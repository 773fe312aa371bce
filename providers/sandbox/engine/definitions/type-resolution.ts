import { SYSNAME_ID, systemTypeId } from "../../catalog/type-facts.ts";
import type { TypeReference } from "../../parser/ast-expressions.ts";
import type { UserType } from "../../storage/database.ts";
import { raise } from "../../values/sql-exception.ts";
import type { SqlType } from "../../values/sql-type.ts";
import { isCharacter } from "../../values/type-family.ts";
import { resolveSystemType } from "../../values/type-names.ts";
import type { NameBase } from "../session/name-resolution.ts";

export interface ResolvedType {
  readonly type: SqlType;
  readonly userTypeId: number;
  /** What an alias type says about NULL; undefined for system types. */
  readonly nullable: boolean | undefined;
  /** Set when the name is that of a table type. */
  readonly tableType: UserType | undefined;
}

/** The type that a declaration names. Character types get the database's collation. Throws 2715 for an unknown name. */
export function resolveType(reference: TypeReference, base: NameBase): ResolvedType {
  const found = tryResolveType(reference, base);
  if (found !== undefined) return found;
  raise(2715, `Column, parameter, or variable #1: Cannot find data type ${reference.name.name}.`, {
    state: 6,
  });
}

export function tryResolveType(reference: TypeReference, base: NameBase): ResolvedType | undefined {
  const { name, schema } = reference.name;
  const collation = base.database.options.collation;
  const isSystem = schema === undefined || schema.toLowerCase() === "sys";
  const system = isSystem
    ? resolveSystemType({ name, arguments: reference.arguments, defaultLength: 1 })
    : undefined;
  if (system !== undefined) {
    const isName = name.toLowerCase() === "sysname";
    return {
      type: collated(system, collation),
      userTypeId: isName ? SYSNAME_ID : systemTypeId(system.name),
      nullable: isName ? false : undefined,
      tableType: undefined,
    };
  }
  const user = findUserType(reference, base);
  if (user === undefined) return undefined;
  const type = user.base ?? { name: "int" };
  return {
    type: collated(type, collation),
    userTypeId: user.userTypeId,
    nullable: user.nullable,
    tableType: user.base === undefined ? user : undefined,
  };
}

function findUserType({ name }: TypeReference, base: NameBase): UserType | undefined {
  const { catalog } = base.database;
  if (name.schema !== undefined) {
    const schema = catalog.findSchema(name.schema);
    return schema && catalog.findType(schema.schemaId, name.name);
  }
  return catalog.findType(base.defaultSchemaId, name.name) ?? catalog.findType(1, name.name);
}

function collated(type: SqlType, collation: string): SqlType {
  return isCharacter(type) && type.collation === undefined ? { ...type, collation } : type;
}
