import { noJournal } from "../../storage/journal.ts";
import type { Activation } from "./activation.ts";

/** Temporary tables of a module go when it ends. */
export function dropTemporaries({
  temporaryTables,
  core,
}: Pick<Activation, "temporaryTables" | "core">): void {
  const { tempdb } = core.server;
  for (const { table } of temporaryTables.values()) {
    for (const child of tempdb.catalog.childrenOf(table.objectId)) {
      tempdb.catalog.objects.delete(child.objectId, noJournal);
    }
    tempdb.catalog.objects.delete(table.objectId, noJournal);
    tempdb.tables.delete(table.objectId, noJournal);
  }
  temporaryTables.clear();
}
