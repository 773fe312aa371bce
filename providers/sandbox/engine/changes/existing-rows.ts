import type { SchemaObject, Table } from "../../storage/schema-object.ts";
import type { StoredDatabase } from "../../storage/stored-database.ts";
import { compileStoredPredicate, tableScope } from "../definitions/stored-expressions.ts";
import type { CompileEnvironment } from "../query/environment.ts";
import { makeFrame } from "../query/plan.ts";
import { openStore } from "../query/table-scan.ts";
import type { Activation } from "../session/activation.ts";
import { requireTransaction } from "../session/readers.ts";
import { createRun, endRun } from "../session/statement-run.ts";
import type { Task } from "../suspension.ts";
import { checkForeignKeys } from "./foreign-keys.ts";
import { refuseCheck } from "./row-rules.ts";
import { TableWriter } from "./table-writer.ts";

export interface ExistingWork {
  readonly place: { readonly database: StoredDatabase };
  readonly activation: Activation;
  readonly environment: CompileEnvironment;
}

/** Tests the rows that are there against constraints that come new: 547 when one does not hold. */
export function* checkExistingRows(
  table: Table,
  constraints: readonly SchemaObject[],
  { place, activation, environment }: ExistingWork,
): Task {
  if (constraints.length === 0) return;
  const found = { database: place.database, table };
  const scope = tableScope(environment, table);
  const checks = constraints
    .filter((object) => object.type === "C")
    .map((constraint) => ({
      constraint,
      predicate: compileStoredPredicate(constraint.definition, scope),
    }));
  const keys = constraints.filter((object) => object.type === "F");
  const run = createRun(activation);
  const frame = makeFrame(run, undefined);
  const writer = new TableWriter(
    {
      found,
      activation,
      environment,
      run,
      transaction: requireTransaction(activation.core),
      verb: "ALTER TABLE",
    },
    true,
  );
  const store = openStore({ ...found, hints: [], forChange: true });
  for (const entries of store.primary.read({ lower: undefined, upper: undefined }, false)) {
    for (const { row } of entries) {
      if (row.deleted) continue;
      frame.row = row.values;
      const broken = checks.find(({ predicate }) => predicate.evaluate(frame) === false);
      if (broken !== undefined) refuseCheck(broken.constraint, found, "ALTER TABLE");
      if (keys.length > 0) writer.changes.push({ before: undefined, after: row.values });
    }
    if (run.pauseIsDue()) yield { kind: "pause" };
  }
  yield* checkForeignKeys({
    parts: writer.parts,
    changes: writer.changes,
    rules: { ...writer.rules, outgoing: keys, incoming: [] },
  });
  endRun(run);
}
