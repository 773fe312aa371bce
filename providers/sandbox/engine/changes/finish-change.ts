import type { TriggerEvent } from "../../storage/schema-object.ts";
import type { Interpreter } from "../statements/flow.ts";
import type { Task } from "../suspension.ts";
import { checkForeignKeys } from "./foreign-keys.ts";
import type { TableWriter } from "./table-writer.ts";
import { fireTriggers } from "./triggers.ts";

export interface FinishRequest {
  readonly event: TriggerEvent;
  /** Folded names of columns that were set; undefined: all. */
  readonly updated: ReadonlySet<string> | undefined;
  readonly interpreter: Interpreter;
}

/** The end of a statement that changed rows: foreign keys, then triggers. */
export function* finishChange(writer: TableWriter, request: FinishRequest): Task {
  yield* checkForeignKeys(writer);
  yield* fireTriggers(writer, request);
}
