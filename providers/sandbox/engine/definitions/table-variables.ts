import type { TableElement } from "../../parser/ast-tables.ts";
import type { UserType } from "../../storage/database.ts";
import { noJournal } from "../../storage/journal.ts";
import { newHeader } from "../../storage/object-header.ts";
import type { Table } from "../../storage/schema-object.ts";
import { TableStore } from "../../storage/table-store.ts";
import { raise } from "../../values/sql-exception.ts";
import type { CompileEnvironment, TableInDatabase } from "../query/environment.ts";
import type { Activation } from "../session/activation.ts";
import { baseOf } from "../session/name-base.ts";
import { environmentOf } from "../session/services.ts";
import { datetimeNow } from "../session/system-context.ts";
import { HEAP } from "./index-options.ts";
import { NO_INTERPRETER } from "./no-interpreter.ts";
import { refusePeriod } from "./period-building.ts";
import { TableDraft } from "./table-draft.ts";
import { tableLayouts } from "./table-layout.ts";

/** A table variable: a table of tempdb that only its name finds and no transaction takes back. */
export function createTableVariable(
  name: string,
  elements: readonly TableElement[],
  activation: Activation,
): TableInDatabase {
  const environment = environmentOf(activation, NO_INTERPRETER);
  const { tempdb } = activation.core.server;
  const objectId = tempdb.nextObjectId();
  const draft = new TableDraft(
    {
      core: activation.core,
      activation,
      database: tempdb,
      base: baseOf(activation),
      environment,
      objectId,
      schemaId: 1,
      name,
      shownName: name,
      text: activation.text,
      now: datetimeNow(activation.core.parts.now()),
      check: undefined,
    },
    { columns: [], indexes: [HEAP], nextColumnId: 1 },
  );
  refusePeriod(elements);
  draft.add(elements);
  return keep(name, draft, { activation, environment, objectId });
}

export function tableVariableOfType(type: UserType, activation: Activation): TableInDatabase {
  const { database } = baseOf(activation);
  const object = database.catalog.objects.get(type.tableObjectId);
  if (object?.type !== "TT") raise(2715, `Cannot find data type ${type.name}.`);
  const environment = environmentOf(activation, NO_INTERPRETER);
  const objectId = activation.core.server.tempdb.nextObjectId();
  return keep(
    `@${type.name}`,
    {
      columns: object.columns,
      indexes: object.indexes,
      nextColumnId: object.columns.length + 1,
      objects: [],
    },
    { activation, environment, objectId },
  );
}

interface Keeping {
  readonly activation: Activation;
  readonly environment: CompileEnvironment;
  readonly objectId: number;
}

function keep(
  name: string,
  draft: Pick<Table, "columns" | "indexes" | "nextColumnId"> & Pick<TableDraft, "objects">,
  { activation, environment, objectId }: Keeping,
): TableInDatabase {
  const { core } = activation;
  const database = core.server.tempdb;
  const now = datetimeNow(core.parts.now());
  const table: Table = {
    type: "U",
    ...newHeader({ objectId, schemaId: 1, name, now }),
    columns: draft.columns,
    indexes: draft.indexes,
    nextColumnId: draft.nextColumnId,
    usesAnsiNulls: true,
    lockEscalation: "TABLE",
    identityCounter: { last: undefined },
  };
  for (const object of draft.objects) {
    database.catalog.objects.set(object.objectId, object, noJournal);
  }
  database.tables.set(
    objectId,
    new TableStore(tableLayouts(table, environment), core.server.log),
    noJournal,
  );
  return { database, table };
}

/** Forgets a table variable with its constraints. */
export function dropTableVariable({ database, table }: TableInDatabase): void {
  for (const child of database.catalog.childrenOf(table.objectId)) {
    database.catalog.objects.delete(child.objectId, noJournal);
  }
  database.tables.delete(table.objectId, noJournal);
}
