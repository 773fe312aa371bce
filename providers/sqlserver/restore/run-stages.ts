import type { Abortable } from "../../../core/resource/database-server.ts";
import { serverErrorsOf } from "../connection/server-error.ts";
import type { TdsConnection } from "../connection/tds-connection.ts";
import { SESSION_SETTINGS } from "../script/script-tables.ts";
import type { Stage, Step } from "../script/step.ts";
import { stepFailed } from "./restore-failures.ts";

async function runBatches(
  connection: TdsConnection,
  batches: readonly string[],
  options: Abortable,
): Promise<void> {
  for (const sql of batches) await connection.execute(sql, options);
}

async function runStep(connection: TdsConnection, step: Step, options: Abortable): Promise<void> {
  const { instead } = step;
  try {
    await runBatches(connection, step.batches, options);
  } catch (error) {
    const numbers = serverErrorsOf(error).map(({ number }) => number);
    if (instead === undefined || !numbers.some((number) => instead.errors.includes(number))) {
      throw error;
    }
    await runBatches(connection, instead.batches, options);
  }
}

/** The server's refusal; undefined when the step was done. Anything but a refusal is thrown. */
async function refusalOf(
  connection: TdsConnection,
  step: Step,
  options: Abortable,
): Promise<unknown> {
  try {
    await runStep(connection, step, options);
    return undefined;
  } catch (error) {
    if (serverErrorsOf(error).length === 0) throw error;
    return error;
  }
}

async function runInOrder(
  connection: TdsConnection,
  steps: readonly Step[],
  options: Abortable,
): Promise<void> {
  for (const step of steps) {
    const refusal = await refusalOf(connection, step, options);
    if (refusal !== undefined) throw stepFailed(step.what, refusal);
  }
}

/** Tries the steps, and those that the server refused again after the rest, until a round helps none of them. */
async function runInAnyOrder(
  connection: TdsConnection,
  steps: readonly Step[],
  options: Abortable,
): Promise<void> {
  let open = steps;
  while (open.length > 0) {
    const refused: { readonly step: Step; readonly refusal: unknown }[] = [];
    for (const step of open) {
      const refusal = await refusalOf(connection, step, options);
      if (refusal === undefined) continue;
      refused.push({ step, refusal });
      await connection.execute(SESSION_SETTINGS, options);
    }
    const [first] = refused;
    if (first !== undefined && refused.length === open.length) {
      throw stepFailed(first.step.what, first.refusal);
    }
    open = refused.map(({ step }) => step);
  }
}

/** Carries stages out. RESTORE_STATEMENT_FAILED names the first step that the server did not accept. */
export async function runStages(
  connection: TdsConnection,
  stages: readonly Stage[],
  options: Abortable,
): Promise<void> {
  for (const { order, steps } of stages) {
    if (order === "any") await runInAnyOrder(connection, steps, options);
    else await runInOrder(connection, steps, options);
  }
}
