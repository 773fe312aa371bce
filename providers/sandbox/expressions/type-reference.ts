import type { TypeReference } from "../parser/ast-expressions.ts";
import { raise } from "../values/sql-exception.ts";
import type { SqlType } from "../values/sql-type.ts";
import { isCharacter } from "../values/type-family.ts";
import { resolveSystemType } from "../values/type-names.ts";
import type { BindScope } from "./bind-scope.ts";

/** The type that CAST and CONVERT name: text and bytes without a length have 30. Throws 243 for an unknown one. */
export function resolveCastType(reference: TypeReference, scope: BindScope): SqlType {
  const { schema, name } = reference.name;
  const isSystem = schema === undefined || schema.toLowerCase() === "sys";
  const spelling = { name, arguments: reference.arguments, defaultLength: 30 };
  const type = (isSystem ? resolveSystemType(spelling) : undefined) ?? scope.userType(reference);
  if (type === undefined) raise(243, `Type ${name} is not a defined system type.`);
  if (!isCharacter(type) || type.collation !== undefined) return type;
  return { ...type, collation: undefined };
}
