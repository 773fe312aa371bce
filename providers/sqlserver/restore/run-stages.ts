import type { Abortable } from "../../../core/kit/abortable.ts";
import { isPassing } from "../connection/failures.ts";
import { serverErrorsOf } from "../connection/server-error.ts";
import type { TdsConnection } from "../connection/tds-connection.ts";
import { BROKEN_BY_ROWS, SESSION_SETTINGS } from "../script/script-tables.ts";
import type { Stage, Step } from "../script/step.ts";
import type { RestoreConnection } from "./restore-connection.ts";
import { stepFailed } from "./restore-failures.ts";

/**
 * The thing is there: an object (2714), index (1913), primary key (1779), type (219), principal (15023), member or
 * property (15233), period (13597), versions (13596). Where a step is done again, because nobody knows how far it came, that
 * is as good as done; the inventory says in the end whether all is there.
 */
const ALREADY_THERE: ReadonlySet<number> = new Set([
  2714, 1913, 1779, 219, 15_023, 15_233, 13_597, 13_596,
]);

function hasOneOf(error: unknown, numbers: ReadonlySet<number>): boolean {
  return serverErrorsOf(error).some(({ number }) => numbers.has(number));
}

interface Run extends Abortable {
  readonly isAgain: boolean;
}

async function runBatches(
  connection: TdsConnection,
  batches: readonly string[],
  { isAgain, signal }: Run,
): Promise<void> {
  for (const sql of batches) {
    try {
      await connection.execute(sql, { signal });
    } catch (error) {
      if (!isAgain || !hasOneOf(error, ALREADY_THERE)) throw error;
    }
  }
}

async function runStep(connection: TdsConnection, step: Step, run: Run): Promise<void> {
  const { instead } = step;
  try {
    await runBatches(connection, step.batches, run);
  } catch (error) {
    if (instead === undefined || !hasOneOf(error, new Set(instead.errors))) throw error;
    await runBatches(connection, instead.batches, run);
  }
}

/** The server's refusal; undefined when the step was done. Anything but a refusal is thrown. */
async function refusalOf(
  connection: RestoreConnection,
  step: Step,
  { signal }: Abortable,
): Promise<unknown> {
  try {
    await connection.run(
      (current, attempt) => runStep(current, step, { isAgain: attempt > 0, signal }),
      { signal },
    );
    return undefined;
  } catch (error) {
    if (serverErrorsOf(error).length === 0 || isPassing(error)) throw error;
    return error;
  }
}

async function runInOrder(
  connection: RestoreConnection,
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
  connection: RestoreConnection,
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
      await connection.run((current) => current.execute(SESSION_SETTINGS, options), options);
    }
    const [first] = refused;
    if (first !== undefined && refused.length === open.length) {
      throw stepFailed(first.step.what, first.refusal);
    }
    open = refused.map(({ step }) => step);
  }
}

/** Rows of one moment break no trusted constraint: where they do, the restore fails. */
export function strictly({ order, steps }: Stage): Stage {
  const strict = ({ instead, ...step }: Step): Step =>
    instead === undefined || instead.errors === BROKEN_BY_ROWS ? step : { ...step, instead };
  return { order, steps: steps.map(strict) };
}

/** Carries stages out. RESTORE_STATEMENT_FAILED names the first step that the server did not accept. */
export async function runStages(
  connection: RestoreConnection,
  stages: readonly Stage[],
  options: Abortable,
): Promise<void> {
  for (const { order, steps } of stages) {
    if (order === "any") await runInAnyOrder(connection, steps, options);
    else await runInOrder(connection, steps, options);
  }
}
