import type { BoundVariable } from "../../expressions/bind-scope.ts";
import type { SessionSettings } from "../../expressions/compiled.ts";
import type { ResultSink } from "../../session/session.ts";
import type { SchemaObject } from "../../storage/schema-object.ts";
import type { StoredDatabase } from "../../storage/stored-database.ts";
import type { SqlType, SqlValue } from "../../values/sql-type.ts";
import type { PlannedSource, TableInDatabase, VariableNames } from "../query/environment.ts";
import type { Cursor } from "./cursor.ts";
import type { CaughtError, SessionCore } from "./session-core.ts";

/** The variables of a batch or a module. */
export class Variables implements VariableNames {
  readonly values: SqlValue[] = [];
  readonly tables = new Map<string, TableInDatabase>();
  readonly cursors = new Map<string, Cursor | undefined>();
  readonly #scalars = new Map<string, BoundVariable>();

  /** False when the name is taken. */
  declare(name: string, type: SqlType): boolean {
    const key = name.toLowerCase();
    if (this.#scalars.has(key) || this.tables.has(key) || this.cursors.has(key)) return false;
    this.#scalars.set(key, { slot: this.values.length, type });
    this.values.push(null);
    return true;
  }

  scalar(name: string): BoundVariable | undefined {
    return this.#scalars.get(name.toLowerCase());
  }

  table(name: string): TableInDatabase | undefined {
    return this.tables.get(name.toLowerCase());
  }

  set(name: string, value: SqlValue): void {
    const bound = this.scalar(name);
    if (bound !== undefined) this.values[bound.slot] = value;
  }

  get(name: string): SqlValue {
    const bound = this.scalar(name);
    return bound === undefined ? null : (this.values[bound.slot] ?? null);
  }
}

/** What a trigger sees beyond its table. */
interface TriggerContext {
  readonly inserted: PlannedSource;
  readonly deleted: PlannedSource;
  /** Folded names of the columns that the statement set. */
  readonly updated: ReadonlySet<string>;
  readonly tableId: number;
}

/** A batch or module that runs: its names, its text, who called it. */
export interface Activation {
  readonly core: SessionCore;
  readonly variables: Variables;
  readonly module: { readonly database: StoredDatabase; readonly object: SchemaObject } | undefined;
  /** Settings that a module was created under; undefined: the session's. */
  readonly moduleSettings: Partial<SessionSettings> | undefined;
  readonly text: string;
  readonly nestLevel: number;
  readonly caller: Activation | undefined;
  readonly trigger: TriggerContext | undefined;
  /** Temporary tables that go when this ends. */
  readonly temporaryTables: Map<string, TableInDatabase>;
  readonly cursors: Map<string, Cursor>;
  sink: ResultSink;
  /** How many TRY blocks are open here. */
  tryDepth: number;
  /** The errors that the CATCH blocks around here look at, innermost last. */
  readonly caught: CaughtError[];
  scopeIdentity: bigint | undefined;
  /** A function: may not change anything outside. */
  readonly isFunction: boolean;
  line: number;
}

export interface ActivationParts {
  readonly core: SessionCore;
  readonly text: string;
  readonly sink: ResultSink;
  readonly variables?: Variables | undefined;
  readonly module?: Activation["module"];
  readonly moduleSettings?: Activation["moduleSettings"];
  readonly caller?: Activation | undefined;
  readonly trigger?: TriggerContext | undefined;
  readonly isFunction?: boolean | undefined;
  /** EXEC('…') and batches of a procedure share what their caller created. */
  readonly nestLevel?: number | undefined;
}

export function createActivation(parts: ActivationParts): Activation {
  return {
    core: parts.core,
    text: parts.text,
    sink: parts.sink,
    variables: parts.variables ?? new Variables(),
    module: parts.module,
    moduleSettings: parts.moduleSettings,
    nestLevel: parts.nestLevel ?? (parts.caller === undefined ? 0 : parts.caller.nestLevel + 1),
    caller: parts.caller,
    trigger: parts.trigger,
    temporaryTables: new Map(),
    cursors: new Map(),
    tryDepth: 0,
    caught: [],
    scopeIdentity: undefined,
    isFunction: parts.isFunction ?? false,
    line: 1,
  };
}

/** Whether an error here reaches a CATCH block, in this module or in one that called it. */
export function isInsideTry(activation: Activation | undefined): boolean {
  if (activation === undefined) return false;
  return activation.tryDepth > 0 || isInsideTry(activation.caller);
}
