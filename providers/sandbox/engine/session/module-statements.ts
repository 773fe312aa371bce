import type { Statement } from "../../parser/ast-statements.ts";
import { parseBatch } from "../../parser/parse-batch.ts";
import type { Module, SchemaObject } from "../../storage/schema-object.ts";

/** The text of a module as it was parsed; parsed once for each record. */
const PARSED = new WeakMap<SchemaObject, Statement>();

export function moduleStatement(object: SchemaObject & { readonly module: Module }): Statement {
  const known = PARSED.get(object);
  if (known !== undefined) return known;
  const { definition, usesQuotedIdentifier } = object.module;
  const parsed = parseBatch(definition, { quotedIdentifier: usesQuotedIdentifier });
  const statement = parsed.ok ? parsed.batch.statements[0] : undefined;
  if (statement === undefined) {
    throw new Error(`The module ${object.name} does not parse any more. This is a bug.`);
  }
  PARSED.set(object, statement);
  return statement;
}
