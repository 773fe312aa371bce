import type { ObjectName } from "../../parser/ast-expressions.ts";
import type { Table } from "../../storage/schema-object.ts";
import { TableStore } from "../../storage/table-store.ts";
import { raise } from "../../values/sql-exception.ts";
import { shownName } from "../query/shown-name.ts";
import { openStore } from "../query/table-scan.ts";
import { baseOf } from "../session/name-base.ts";
import { findObject } from "../session/name-resolution.ts";
import { hasPermission } from "../session/rights.ts";
import type { Task } from "../suspension.ts";
import type { AlterWork } from "./alter-work.ts";
import { checkSwitch } from "./switch-checks.ts";
import { lockDefinition } from "./table-changes.ts";
import { tableLayouts } from "./table-layout.ts";

/**
 * ALTER TABLE … SWITCH TO: all rows pass to an empty table of the same form. No row is written, so no trigger fires and change data
 * capture sees nothing, of either table (learn.microsoft.com: sys.sp_cdc_enable_table, @allow_partition_switch).
 */
export function* switchTable(name: ObjectName, work: AlterWork): Task {
  const { table: source, place } = work;
  const target = targetOf(name, work);
  refuseTemporal(source);
  refuseTemporal(target);
  yield* lockDefinition(target, place);
  const { database, transaction, core, environment } = place;
  checkSwitch({ database, source, target });
  const into = new TableStore(tableLayouts(target, environment), core.server.log);
  const rows = openStore({ database, table: source, hints: [], forChange: true }).primary;
  for (const entries of rows.read({ lower: undefined, upper: undefined }, false)) {
    for (const { row } of entries) if (!row.deleted) into.load(row.values, row.stamp);
  }
  const left = new TableStore(tableLayouts(source, environment), core.server.log);
  database.tables.set(target.objectId, into, transaction.journal);
  database.tables.set(source.objectId, left, transaction.journal);
}

/** Throws 1088, 4948, 4949 and 4955. */
function targetOf(name: ObjectName, { table: source, place, activation }: AlterWork): Table {
  const found = findObject(name, baseOf(activation), activation);
  const may = found && hasPermission("ALTER", found.database, { core: place.core, ...found });
  if (found === undefined || may !== true) {
    raise(
      1088,
      `Cannot find the object "${shownName(name)}" because it does not exist or you do not have permissions.`,
    );
  }
  const { object, database } = found;
  if (object.type !== "U") {
    raise(
      4949,
      `ALTER TABLE SWITCH statement failed because the object '${object.name}' is not a user defined table.`,
    );
  }
  if (database !== place.database) {
    raise(
      4948,
      `ALTER TABLE SWITCH statement failed. The source table '${source.name}' is in database '${place.database.options.name}' while the target table '${object.name}' is in database '${database.options.name}'.`,
    );
  }
  if (object.objectId === source.objectId) {
    raise(
      4955,
      `ALTER TABLE SWITCH statement failed. The source table '${source.name}' and target table '${object.name}' are same.`,
    );
  }
  return object;
}

function refuseTemporal({ versioning, historyOf, name }: Table): void {
  if (versioning === undefined && historyOf === undefined) return;
  raise(
    40_515,
    `ALTER TABLE … SWITCH of the temporal table '${name}' is not supported in this version.`,
  );
}
