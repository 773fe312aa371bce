import { noJournal } from "../../storage/journal.ts";
import type { StoredDatabase } from "../../storage/stored-database.ts";
import type { Activation } from "../session/activation.ts";
import type { Interpreter } from "../statements/flow.ts";
import { finishAtOnce } from "../suspension.ts";
import { MSDB_PROCEDURES } from "./msdb-procedures.ts";
import { MSDB_TABLES } from "./msdb-tables.ts";

/** Gives msdb its tables and procedures: when it is entered first, as most engines never see it. `open` begins a batch in it as sa. */
export function makeMsdb(
  msdb: StoredDatabase,
  open: (text: string) => Activation,
  interpreter: Interpreter,
): void {
  if (msdb.catalog.findObject(1, "sysjobs") !== undefined) return;
  for (const batch of [...MSDB_TABLES, ...MSDB_PROCEDURES]) {
    finishAtOnce(interpreter.executeText(batch, open(batch)), () => {
      throw new Error("msdb had to wait for somebody. This is a bug.");
    });
  }
  for (const [id, object] of msdb.catalog.objects.entries()) {
    msdb.catalog.objects.set(id, { ...object, isSystem: true }, noJournal);
  }
}
