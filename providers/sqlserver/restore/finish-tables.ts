import type { Shortfall } from "../../../core/resource/database-server.ts";
import type { SqlServerSchema } from "../../../schemas/sql-server-schema.ts";
import { describeSchema, NO_POSITIONS } from "../schema/describe-schema.ts";
import { movedFrom } from "../schema/detach-tables.ts";
import { countInventory, listInventory } from "../schema/inventory.ts";
import { readCatalog } from "../schema/read-catalog.ts";
import { scriptTablesAfterRows } from "../script/script-schema.ts";
import { step } from "../script/step.ts";
import { listDifferences } from "./compare-inventory.ts";
import type { Finish } from "./finish-database.ts";
import type { RestoreConnection } from "./restore-connection.ts";
import { restoreMismatch } from "./restore-failures.ts";
import { runStages, strictly } from "./run-stages.ts";
import { publish } from "./stage-schema.ts";
import { untrustedConstraints } from "./untrusted-constraints.ts";

export interface FinishedTables {
  readonly connection: RestoreConnection;
  readonly database: string;
  /** As they are made in the stage. */
  readonly staged: SqlServerSchema;
  readonly stage: string;
  readonly into: string;
  readonly told: readonly Shortfall[];
  readonly isFuzzy: boolean;
  readonly mayLag: boolean;
}

/** Makes what comes after the rows in the stage, compares all of it with the point, and moves the tables to their schema. */
export function finishTables(parts: FinishedTables): Finish {
  const { connection, database, staged, stage, into, told, isFuzzy, mayLag } = parts;
  return async (filled, options) => {
    const scripted = scriptTablesAfterRows(staged, { filled, mayLag });
    await runStages(connection, isFuzzy ? scripted : scripted.map(strictly), options);
    const catalog = await connection.run((current) => readCatalog(current, options), options);
    const made = movedFrom(describeSchema(catalog, NO_POSITIONS), stage, into);
    const wanted = movedFrom(staged, stage, into);
    const differences = listDifferences(wanted, made);
    if (differences.length > 0) {
      throw restoreMismatch(connection.place.target, database, differences);
    }
    const moving = step(`the move of the tables to schema ${into}`, publish(staged, stage, into));
    // An abort in its middle would leave it open whether the tables moved.
    options.signal?.throwIfAborted();
    await runStages(connection, [{ order: "given", steps: [moving] }], {});
    const shortfalls = [...told, ...untrustedConstraints(wanted, made, database)];
    return { inventory: countInventory(listInventory(made)), shortfalls };
  };
}
