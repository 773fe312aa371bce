import type { ChangeTarget } from "../../parser/ast-changes.ts";
import type { Transaction } from "../../storage/transaction.ts";
import { raise } from "../../values/sql-exception.ts";
import { refuseCaptureTable } from "../capture/system-tables.ts";
import type { CompileEnvironment, FoundObject, TableInDatabase } from "../query/environment.ts";
import { shownName } from "../query/shown-name.ts";
import type { Activation } from "../session/activation.ts";
import { authorize } from "../session/authorization.ts";
import { findObject } from "../session/name-resolution.ts";
import { requireTransaction } from "../session/readers.ts";

/** What a name in INSERT, UPDATE, DELETE or MERGE means: a table, a table variable, or a view. */
export function findTarget(
  target: ChangeTarget,
  {
    activation,
    environment,
    permission,
  }: {
    readonly activation: Activation;
    readonly environment: CompileEnvironment;
    readonly permission: string;
  },
): FoundObject {
  if (target.kind === "variable_table") {
    const found = environment.variables.table(target.variable);
    if (found === undefined) {
      raise(1087, `Must declare the table variable "${target.variable}".`, { class: 15, state: 2 });
    }
    return { database: found.database, object: found.table };
  }
  const found = findObject(target.name, environment, activation);
  if (found === undefined || (found.object.type !== "U" && found.object.type !== "V")) {
    const system = environment.system.view(target.name.schema, target.name.name, false);
    if (found === undefined && system !== undefined) {
      raise(259, "Ad hoc updates to system catalogs are not allowed.");
    }
    raise(208, `Invalid object name '${shownName(target.name)}'.`);
  }
  if (activation.isFunction) {
    raise(443, `Invalid use of a side-effecting operator '${permission}' within a function.`);
  }
  authorize(permission, found, activation);
  refuseCaptureTable(found);
  return found;
}

export function requireTable({ database, object }: FoundObject): TableInDatabase {
  if (object.type !== "U") {
    raise(
      4405,
      `View or function '${object.name}' is not updatable in this version: change its base tables, or give it an INSTEAD OF trigger.`,
    );
  }
  return { database, table: object };
}

/** Table variables live outside of transactions: their changes are kept at once. */
export function transactionFor(
  { table }: TableInDatabase,
  { core }: Activation,
): { readonly transaction: Transaction; readonly finish: (isDone: boolean) => void } {
  if (!table.name.startsWith("@")) {
    return { transaction: requireTransaction(core), finish: () => undefined };
  }
  const { log } = core.server;
  const transaction = log.begin(core.sessionId);
  return {
    transaction,
    finish: (isDone) => {
      if (isDone) log.commit(transaction);
      else log.rollback(transaction);
    },
  };
}
