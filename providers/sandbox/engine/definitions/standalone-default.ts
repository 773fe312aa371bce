import type { CreateDefaultStatement } from "../../parser/ast-tables.ts";
import type { DefaultConstraint } from "../../storage/schema-object.ts";
import { raise } from "../../values/sql-exception.ts";
import type { Activation } from "../session/activation.ts";
import { baseOf } from "../session/name-base.ts";
import { placeOf } from "../session/name-resolution.ts";
import { requireTransaction } from "../session/readers.ts";
import { hasPermission } from "../session/rights.ts";
import { expressionText } from "./definition-text.ts";
import { headerOf } from "./named-objects.ts";

/** CREATE DEFAULT: bound to columns by sp_bindefault later on. */
export function executeCreateDefault(
  statement: CreateDefaultStatement,
  activation: Activation,
): void {
  const { core, text } = activation;
  const place = placeOf(statement.name, baseOf(activation), activation);
  const { database } = place;
  if (!hasPermission("CREATE DEFAULT", database, { core, object: undefined })) {
    raise(262, `CREATE DEFAULT permission denied in database '${database.options.name}'.`, {
      class: 14,
    });
  }
  const object: DefaultConstraint = {
    ...headerOf(place, activation),
    type: "D",
    definition: expressionText(statement.expression, text),
    statement: text.slice(statement.start, statement.end),
    columnId: 0,
    isSystemNamed: false,
  };
  database.catalog.objects.set(object.objectId, object, requireTransaction(core).journal);
}
