import { parseBatch } from "../../parser/parse-batch.ts";
import { raise } from "../../values/sql-exception.ts";
import { type Activation, Variables } from "../session/activation.ts";
import { dropTemporaries } from "../session/temporary-tables.ts";
import type { Task } from "../suspension.ts";
import { declareVariables } from "./declarations.ts";
import type { Interpreter } from "./flow.ts";

/** Runs a text with variables of its own. */
export function* runText(sql: string, inner: Activation, interpreter: Interpreter): Task<number> {
  try {
    const flow = yield* interpreter.executeText(sql, inner);
    return flow?.kind === "return" ? Number(flow.value ?? 0) : 0;
  } finally {
    dropTemporaries(inner);
  }
}

export function parseDeclarations(text: string, activation: Activation): Variables {
  const variables = new Variables();
  if (text.trim() === "") return variables;
  const sql = `DECLARE ${text}`;
  const parsed = parseBatch(sql, { quotedIdentifier: true });
  if (!parsed.ok) {
    const [error] = parsed.errors;
    raise(error?.number ?? 102, error?.message ?? "Incorrect syntax.", { class: 15 });
  }
  declareVariables(parsed.batch.statements, { ...activation, variables, text: sql });
  return variables;
}
