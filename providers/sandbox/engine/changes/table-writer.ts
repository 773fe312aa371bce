import type { CompiledExpression, Frame } from "../../expressions/compiled.ts";
import type { StoredRow } from "../../storage/columns.ts";
import type { Row } from "../../storage/row.ts";
import type { TableStore } from "../../storage/table-store.ts";
import { Blocked, type Transaction } from "../../storage/transaction.ts";
import { raise } from "../../values/sql-exception.ts";
import type { SqlValue } from "../../values/sql-type.ts";
import type { CompileEnvironment, TableInDatabase } from "../query/environment.ts";
import { makeFrame } from "../query/plan.ts";
import { refuseLateChange } from "../query/row-sight.ts";
import { openStore } from "../query/table-scan.ts";
import type { Activation } from "../session/activation.ts";
import { requireWritable } from "../session/database-access.ts";
import { sendInfo } from "../session/errors.ts";
import { resourceOf } from "../session/read-locks.ts";

import type { StatementRun } from "../session/statement-run.ts";
import { type Task, untilUnblocked } from "../suspension.ts";
import { refuseDuplicate } from "./duplicates.ts";
import { type ChangeVerb, compileRowRules, completeRow, type RowRules } from "./row-rules.ts";
import { RowTimes, refuseHistory } from "./row-times.ts";

export interface WriterParts {
  readonly found: TableInDatabase;
  readonly activation: Activation;
  readonly environment: CompileEnvironment;
  readonly run: StatementRun;
  readonly transaction: Transaction;
  readonly verb: ChangeVerb;
  /** Off for bulk loads that were told so. */
  readonly checksConstraints?: boolean | undefined;
  readonly tableLock?: boolean | undefined;
}

/** A row before and after; one of them is undefined for an insert and a delete. */
export interface RowChange {
  readonly before: StoredRow | undefined;
  readonly after: StoredRow | undefined;
}

/** Changes the rows of one table within one statement: the rules of rows at once, foreign keys when the statement is done. */
export class TableWriter {
  readonly parts: WriterParts;
  readonly rules: RowRules;
  readonly changes: RowChange[] = [];
  readonly #frame: Frame;
  readonly #store: TableStore;
  /** Whether somebody looks at `changes`: foreign keys, triggers or OUTPUT. */
  readonly #keeps: boolean;
  readonly #times: RowTimes | undefined;

  constructor(parts: WriterParts, keepsChanges: boolean) {
    this.parts = parts;
    requireWritable(parts.found.database);
    if (parts.verb !== "ALTER TABLE") refuseHistory(parts.found, parts.verb);
    const rules = compileRowRules(parts.found, parts.environment);
    this.rules = parts.checksConstraints === false ? { ...rules, checks: [], outgoing: [] } : rules;
    this.#frame = makeFrame(parts.run, undefined);
    this.#times = parts.found.table.period && new RowTimes(parts.found, parts.transaction);
    this.#store = openStore({ ...parts.found, hints: [], forChange: true });
    this.#keeps = keepsChanges || this.rules.outgoing.length > 0 || this.rules.incoming.length > 0;
  }

  get store(): TableStore {
    return this.#store;
  }

  /** Takes the lock that writing needs. */
  *open(): Task {
    const { found, transaction, activation, tableLock } = this.parts;
    const { locks } = activation.core.server.log;
    const mode = tableLock === true ? "exclusive" : "intent";
    yield* untilUnblocked(() => {
      locks.acquire(transaction, resourceOf(found), mode);
    });
    const { versioning } = found.table;
    const history = versioning && found.database.findTable(versioning.historyId);
    if (history !== undefined) {
      const resource = resourceOf({ database: found.database, table: history });
      yield* untilUnblocked(() => {
        locks.acquire(transaction, resource, mode);
      });
    }
    transaction.databases.add(found.database.databaseId);
  }

  /** The defaults of all columns, for values that a statement leaves out. */
  defaultOf(slot: number): CompiledExpression | undefined {
    return this.rules.defaults[slot];
  }

  /** False when the row was left out because the index ignores equal keys. */
  *insert(values: SqlValue[]): Task<boolean> {
    this.#times?.open(values);
    completeRow(values, { ...this.parts, rules: this.rules, frame: this.#frame });
    const isNew = this.#tryPlace(values) ?? (yield* this.#place(values));
    if (isNew && this.#keeps) this.changes.push({ before: undefined, after: values });
    return isNew;
  }

  *delete(row: Row): Task {
    yield* this.lock(row);
    const before = row.values;
    this.#times?.close(before);
    this.#store.delete(row, this.parts.transaction);
    if (this.#keeps) this.changes.push({ before, after: undefined });
  }

  /** Keeps others from changing a row that this statement is going to change after a pause. */
  *hold(row: Row): Task {
    yield* this.lock(row);
    this.#store.rowLocks.take(row, this.parts.transaction, "update");
  }

  /** Waits for others that change the row. Throws 3960 when a snapshot transaction came too late. */
  *lock(row: Row): Task {
    const { transaction, found } = this.parts;
    const mayWrite = yield* untilUnblocked(() => this.#store.mayWrite(row, transaction));
    if (mayWrite) return;
    refuseLateChange(found);
  }

  /** Rows whose keys change are taken out first and put in again afterwards, so that keys may be exchanged. */
  *update(updates: readonly { readonly row: Row; readonly values: SqlValue[] }[]): Task {
    const moved: { readonly before: StoredRow; readonly values: SqlValue[] }[] = [];
    for (const { row, values } of updates) {
      yield* this.lock(row);
      if (row.deleted) continue;
      this.#times?.close(row.values);
      this.#times?.open(values);
      completeRow(values, { ...this.parts, rules: this.rules, frame: this.#frame });
      const before = row.values;
      if (this.#movesKey(before, values)) {
        this.#store.delete(row, this.parts.transaction);
        moved.push({ before, values });
      } else {
        this.#store.update(row, values, this.parts.transaction);
        if (this.#keeps) this.changes.push({ before, after: values });
      }
    }
    for (const { before, values } of moved) {
      yield* this.#place(values);
      if (this.#keeps) this.changes.push({ before, after: values });
    }
  }

  #movesKey(before: StoredRow, after: StoredRow): boolean {
    return this.#store.indexes.some(
      (index, position) => (position === 0 || index.layout.unique) && !index.sameKey(before, after),
    );
  }

  /** Undefined while another transaction is in the way: nearly every row goes in at once. */
  #tryPlace(values: SqlValue[]): boolean | undefined {
    try {
      return this.#placeNow(values);
    } catch (failure) {
      if (failure instanceof Blocked) return undefined;
      throw failure;
    }
  }

  #place(values: SqlValue[]): Task<boolean> {
    return untilUnblocked(() => this.#placeNow(values));
  }

  #placeNow(values: SqlValue[]): boolean {
    const { found, transaction, activation } = this.parts;
    const duplicate = this.#store.findDuplicate(values, transaction);
    if (duplicate !== undefined) {
      if (!duplicate.index.ignoreDuplicateKey || this.parts.verb !== "INSERT") {
        refuseDuplicate(found.table, duplicate, found.database);
      }
      sendInfo(activation, 3604, "Duplicate key was ignored.");
      return false;
    }
    this.#store.insert(values, transaction);
    return true;
  }

  /** The next value of the identity column, as its type holds it. */
  nextIdentity(): SqlValue {
    const { table } = this.parts.found;
    const column = table.columns[this.rules.identitySlot];
    if (column?.identity === undefined) throw new Error("No identity column. This is a bug.");
    const counter = table.identityCounter;
    const { seed, increment } = column.identity;
    const next = counter.last === undefined ? seed : counter.last + increment;
    const value = identityValue(next, column.type.name);
    counter.last = next;
    return value;
  }
}

const LIMITS: Readonly<Record<string, readonly [bigint, bigint]>> = {
  tinyint: [0n, 255n],
  smallint: [-32_768n, 32_767n],
  int: [-2_147_483_648n, 2_147_483_647n],
  bigint: [-(2n ** 63n), 2n ** 63n - 1n],
};

/** Throws 8115 when the type cannot hold the value. */
function identityValue(value: bigint, type: string): SqlValue {
  const limits = LIMITS[type];
  if (limits === undefined) return value;
  if (value < limits[0] || value > limits[1]) {
    raise(8115, `Arithmetic overflow error converting IDENTITY to data type ${type}.`);
  }
  return type === "bigint" ? value : Number(value);
}
