import type { Statement } from "../../parser/ast-statements.ts";
import { raise } from "../../values/sql-exception.ts";
import type { Activation } from "../session/activation.ts";
import {
  beginTransaction,
  commitTransaction,
  rollbackTransaction,
} from "../session/transactions.ts";
import { plainText } from "../session/value-text.ts";

type Of<Kind extends Statement["kind"]> = Extract<Statement, { readonly kind: Kind }>;

export function executeTransaction(
  { kind, name }: Of<"begin_transaction" | "commit" | "rollback" | "save_transaction">,
  activation: Activation,
): void {
  const { core, variables } = activation;
  const given = name?.startsWith("@") === true ? plainText(variables.get(name)) : name;
  switch (kind) {
    case "begin_transaction":
      beginTransaction(core, given ?? "user_transaction");
      return;
    case "commit":
      commitTransaction(core);
      return;
    case "save_transaction":
      saveTransaction(given ?? "", activation);
      return;
    case "rollback":
      rollBack(given, activation);
      return;
    default:
      kind satisfies never;
  }
}

export function saveTransaction(name: string, { core }: Activation): void {
  if (core.transactionCount === 0 || core.transaction === undefined) {
    raise(628, "Cannot issue SAVE TRANSACTION when there is no active transaction.");
  }
  core.savepoints.set(name.toLowerCase(), core.transaction.mark());
}

export function rollBack(name: string | undefined, activation: Activation): void {
  const { core } = activation;
  const { transaction } = core;
  if (transaction === undefined || (core.transactionCount === 0 && core.statementDepth === 0)) {
    raise(3903, "The ROLLBACK TRANSACTION request has no corresponding BEGIN TRANSACTION.");
  }
  const mark = name === undefined ? undefined : core.savepoints.get(name.toLowerCase());
  if (mark !== undefined && !core.isDoomed) {
    transaction.rollbackTo(mark);
    return;
  }
  if (name !== undefined && name !== "" && transaction.name.toLowerCase() !== name.toLowerCase()) {
    raise(6401, `Cannot roll back ${name}. No transaction or savepoint of that name was found.`);
  }
  rollbackTransaction(core);
}
