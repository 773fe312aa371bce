import type { NamedOption } from "../../parser/ast-tables.ts";
import type { Table } from "../../storage/schema-object.ts";
import { raise } from "../../values/sql-exception.ts";
import { datetimeNow } from "../session/system-context.ts";
import type { Task } from "../suspension.ts";
import type { AlterWork } from "./alter-work.ts";
import { indexOptions } from "./index-options.ts";
import { replaceTable } from "./table-changes.ts";

/** ALTER TABLE … SET (…). The sandbox locks rows and tables as it likes, so that the escalation is kept and no more. */
export function setTableOptions(
  options: readonly NamedOption[],
  { table, place }: AlterWork,
): void {
  const { database, transaction, core } = place;
  let { lockEscalation } = table;
  for (const { name, value } of options) {
    if (name !== "lock_escalation") {
      raise(40_515, `ALTER TABLE … SET (${name.toUpperCase()}) is not supported in this version.`);
    }
    lockEscalation = escalationOf(value);
  }
  const modifyDate = datetimeNow(core.parts.now());
  database.catalog.objects.set(
    table.objectId,
    { ...table, lockEscalation, modifyDate },
    transaction.journal,
  );
}

const ESCALATIONS: readonly Table["lockEscalation"][] = ["TABLE", "AUTO", "DISABLE"];

function escalationOf(value: NamedOption["value"]): Table["lockEscalation"] {
  const word = typeof value === "string" ? value.toUpperCase() : "";
  const known = ESCALATIONS.find((name) => name === word);
  return known ?? raise(102, "Incorrect syntax near 'LOCK_ESCALATION'.", { class: 15 });
}

/** ALTER TABLE … REBUILD: the heap or clustered index anew, with other options. */
export function* rebuildTable(options: readonly NamedOption[], { table, place }: AlterWork): Task {
  const [primary, ...others] = table.indexes;
  if (primary === undefined) return;
  const rebuilt = { ...primary, ...indexOptions(options, primary) };
  yield* replaceTable({ ...table, indexes: [rebuilt, ...others] }, place, undefined);
}
