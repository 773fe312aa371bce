import { setImmediate } from "node:timers/promises";
import type { Transaction } from "../../storage/transaction.ts";
import { SqlException } from "../../values/sql-exception.ts";
import type { Suspension, Task } from "../suspension.ts";
import type { SessionCore } from "./session-core.ts";

/** The client took its request back. */
export class Attention extends Error {
  override readonly name = "Attention";
}

/** Runs work to its end: gives others their turn, waits for what it waits for, and stops it when the signal says so. */
export async function drive<Result>(
  task: Task<Result>,
  core: SessionCore,
  signal: AbortSignal,
): Promise<Result> {
  let step = task.next();
  while (step.done !== true) {
    const failure = await waitFor(step.value, core, signal);
    step = failure === undefined ? task.next() : task.throw(failure);
  }
  return step.value;
}

async function waitFor(
  suspension: Suspension,
  core: SessionCore,
  signal: AbortSignal,
): Promise<Error | undefined> {
  if (isOver(core, signal)) return new Attention();
  switch (suspension.kind) {
    case "pause":
      await setImmediate();
      break;
    case "promise":
      await Promise.race([suspension.promise.catch(() => undefined), aborted(signal)]);
      break;
    case "blocked":
      if (suspension.atOnce === true) return lockTimeout();
      return waitForTransaction(suspension.by, core, signal);
    default:
      return suspension satisfies never;
  }
  return isOver(core, signal) ? new Attention() : undefined;
}

function isOver(core: SessionCore, signal: AbortSignal): boolean {
  return signal.aborted || core.isKilled;
}

async function waitForTransaction(
  holder: Transaction,
  core: SessionCore,
  signal: AbortSignal,
): Promise<Error | undefined> {
  const own = core.transaction;
  if (own !== undefined && leadsTo(holder, own)) {
    return new SqlException(
      1205,
      `Transaction (Process ID ${core.sessionId}) was deadlocked on lock resources with another process and has been chosen as the deadlock victim. Rerun the transaction.`,
      { class: 13, state: 51 },
    );
  }
  const timeout = core.options.lockTimeout;
  if (timeout === 0) return lockTimeout();
  core.blockedBy = holder.sessionId;
  if (own !== undefined) own.waitsFor = holder;
  const timer = timeout > 0 ? delay(timeout) : undefined;
  const outcome = await Promise.race([
    holder.ended.then(() => "free" as const),
    aborted(signal).then(() => "aborted" as const),
    ...(timer === undefined ? [] : [timer.promise.then(() => "late" as const)]),
  ]);
  timer?.cancel();
  core.blockedBy = 0;
  if (own !== undefined) own.waitsFor = undefined;
  if (outcome === "aborted" || isOver(core, signal)) return new Attention();
  return outcome === "late" ? lockTimeout() : undefined;
}

function leadsTo(from: Transaction, target: Transaction): boolean {
  let current: Transaction | undefined = from;
  while (current !== undefined) {
    if (current === target) return true;
    current = current.waitsFor;
  }
  return false;
}

function lockTimeout(): SqlException {
  return new SqlException(1222, "Lock request time out period exceeded.", { state: 45 });
}

interface Delay {
  readonly promise: Promise<undefined>;
  cancel(): void;
}

export function delay(milliseconds: number): Delay {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => {
    resolve(undefined);
  }, milliseconds);
  return {
    promise,
    cancel: () => {
      clearTimeout(timer);
      resolve(undefined);
    },
  };
}

const WAITS = new WeakMap<AbortSignal, Promise<undefined>>();

/** One promise for each signal, however often it is waited for. */
function aborted(signal: AbortSignal): Promise<undefined> {
  const known = WAITS.get(signal);
  if (known !== undefined) return known;
  const { promise, resolve } = Promise.withResolvers<undefined>();
  if (signal.aborted) resolve(undefined);
  else signal.addEventListener("abort", () => resolve(undefined), { once: true });
  WAITS.set(signal, promise);
  return promise;
}
