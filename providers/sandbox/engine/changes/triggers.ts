import type { StoredRow } from "../../storage/columns.ts";
import type { Table, Trigger, TriggerEvent } from "../../storage/schema-object.ts";
import type { StoredDatabase } from "../../storage/stored-database.ts";
import { raise } from "../../values/sql-exception.ts";
import type { PlannedSource } from "../query/environment.ts";
import { listNode } from "../query/nodes.ts";
import { tableColumns } from "../query/source-columns.ts";
import { type Activation, createActivation } from "../session/activation.ts";
import { moduleStatement } from "../session/module-statements.ts";
import { declareVariables } from "../statements/declarations.ts";
import type { Interpreter } from "../statements/flow.ts";
import type { Task } from "../suspension.ts";
import type { TableWriter } from "./table-writer.ts";

export function triggersOf(
  database: StoredDatabase,
  objectId: number,
  wanted: { readonly event: TriggerEvent; readonly insteadOf: boolean },
): readonly Trigger[] {
  return database.catalog
    .childrenOf(objectId)
    .filter((object) => object.type === "TR")
    .filter(
      (trigger) =>
        !trigger.disabled &&
        trigger.insteadOf === wanted.insteadOf &&
        trigger.events.includes(wanted.event),
    );
}

export interface Firing {
  readonly event: TriggerEvent;
  readonly updated: ReadonlySet<string> | undefined;
  readonly interpreter: Interpreter;
}

const RANKS = { first: 0, last: 2 } as const;

function rankOf({ order }: Trigger, event: TriggerEvent): number {
  const place = order?.[event];
  return place === undefined ? 1 : RANKS[place];
}

/** AFTER triggers, in order of creation but for a first and a last one, once for the whole statement. */
export function* fireTriggers(
  writer: Pick<TableWriter, "parts" | "changes">,
  { event, updated, interpreter }: Firing,
): Task {
  const { found, activation } = writer.parts;
  const triggers = triggersOf(found.database, found.table.objectId, {
    event,
    insteadOf: false,
  }).toSorted((left, right) => rankOf(left, event) - rankOf(right, event));
  if (triggers.length === 0) return;
  const after = writer.changes.map((change) => change.after).filter((row) => row !== undefined);
  const before = writer.changes.map((change) => change.before).filter((row) => row !== undefined);
  for (const trigger of triggers) {
    const recurses = found.database.options.flags["RECURSIVE_TRIGGERS"] === true;
    if (!recurses && isRunning(trigger, activation)) continue;
    yield* runTrigger(trigger, {
      found,
      activation,
      interpreter,
      updated,
      inserted: after,
      deleted: before,
    });
  }
}

/** Whether the trigger fired itself, which RECURSIVE_TRIGGERS OFF does not let it do. */
function isRunning(trigger: Trigger, activation: Activation | undefined): boolean {
  if (activation === undefined) return false;
  return (
    activation.module?.object.objectId === trigger.objectId || isRunning(trigger, activation.caller)
  );
}

export interface TriggerRun {
  readonly found: {
    readonly database: StoredDatabase;
    readonly table: Pick<Table, "objectId" | "name" | "columns">;
  };
  readonly activation: Activation;
  readonly interpreter: Interpreter;
  readonly updated: ReadonlySet<string> | undefined;
  readonly inserted: readonly StoredRow[];
  readonly deleted: readonly StoredRow[];
}

export function* runTrigger(trigger: Trigger, request: TriggerRun): Task {
  const { found, activation, interpreter } = request;
  const { core } = activation;
  if (activation.nestLevel >= 32) {
    raise(
      217,
      "Maximum stored procedure, function, trigger, or view nesting level exceeded (limit 32).",
    );
  }
  const statement = moduleStatement(trigger);
  if (statement.kind !== "create_trigger")
    throw new Error(`${trigger.name} is no trigger. This is a bug.`);
  const { catalog } = found.database;
  const all = new Set(found.table.columns.map(({ name }) => catalog.foldName(name)));
  const inner = createActivation({
    core,
    text: trigger.module.definition,
    sink: activation.sink,
    module: { database: found.database, object: trigger },
    moduleSettings: {
      ansiNulls: trigger.module.usesAnsiNulls,
      quotedIdentifier: trigger.module.usesQuotedIdentifier,
    },
    caller: activation,
    trigger: {
      inserted: pseudoTable("inserted", found, request.inserted),
      deleted: pseudoTable("deleted", found, request.deleted),
      updated: request.updated ?? all,
      tableId: found.table.objectId,
    },
  });
  declareVariables(statement.body, inner);
  const { rowCount, options } = core;
  core.rowCount = request.inserted.length || request.deleted.length;
  core.statementDepth += 1;
  try {
    yield* interpreter.execute(statement.body, inner);
  } finally {
    core.statementDepth -= 1;
    core.rowCount = rowCount;
    core.options = { ...core.options, noCount: options.noCount };
  }
}

function pseudoTable(
  name: string,
  { table }: TriggerRun["found"],
  rows: readonly StoredRow[],
): PlannedSource {
  const columns = tableColumns(table);
  return { source: { name, columns }, plan: listNode(columns.length, () => rows, rows.length) };
}
