import type { TransactionRequest } from "../../session/session.ts";
import { rollBack, saveTransaction } from "../statements/transaction-statements.ts";
import type { Task } from "../suspension.ts";
import type { Activation } from "./activation.ts";
import { beginTransaction, commitTransaction } from "./transactions.ts";

export function* changeTransaction(request: TransactionRequest, activation: Activation): Task {
  const { core } = activation;
  switch (request.action) {
    case "begin":
      if (request.isolation !== undefined)
        core.options = { ...core.options, isolation: request.isolation };
      beginTransaction(core, request.name === "" ? "user_transaction" : request.name);
      break;
    case "commit":
      commitTransaction(core);
      if (request.thenBegin) beginTransaction(core, "user_transaction");
      break;
    case "rollback":
      rollBack(request.name === "" ? undefined : request.name, activation);
      if (request.thenBegin) beginTransaction(core, "user_transaction");
      break;
    case "save":
      saveTransaction(request.name, activation);
      break;
    default:
      request satisfies never;
  }
  activation.sink.statementEnd({ rowCount: undefined, isError: false, command: 0 });
  yield* [];
}
