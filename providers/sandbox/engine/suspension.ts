import { Blocked, type Transaction } from "../storage/transaction.ts";

/** Why a statement stops for a while. Whoever drives it waits and goes on. */
export type Suspension =
  /** Others want a turn. */
  | { readonly kind: "pause" }
  | { readonly kind: "promise"; readonly promise: Promise<unknown> }
  | {
      readonly kind: "blocked";
      readonly by: Transaction;
      /** Whether to give up rather than wait. */
      readonly atOnce?: boolean;
    };

/** Work that may stop and go on: everything that the engine does is written so, because functions of expressions run at once. */
export type Task<Result = void> = Generator<Suspension, Result, undefined>;

export const PAUSE: Suspension = { kind: "pause" };

/** Stops until the promise is settled; it must not be one that rejects. */
export function* settle(promise: Promise<unknown>): Task {
  yield { kind: "promise", promise };
}

/** Tries until no other transaction is in the way. */
export function* untilUnblocked<Result>(attempt: () => Result): Task<Result> {
  for (;;) {
    try {
      return attempt();
    } catch (failure) {
      yield blockedBy(failure);
    }
  }
}

/** Does work that leaves nothing behind from its beginning until no other transaction is in the way. */
export function* repeated<Result>(work: () => Task<Result>): Task<Result> {
  for (;;) {
    try {
      return yield* work();
    } catch (failure) {
      yield blockedBy(failure);
    }
  }
}

/** Throws what is no {@link Blocked}. */
function blockedBy(failure: unknown): Suspension {
  if (failure instanceof Blocked) return { kind: "blocked", by: failure.by };
  throw failure;
}

/** Runs work inside an expression, which cannot stop: pauses are skipped, anything else is `refused`. */
export function finishAtOnce<Result>(
  task: Task<Result>,
  refuse: (suspension: Suspension) => never,
): Result {
  for (;;) {
    const step = task.next();
    if (step.done === true) return step.value;
    if (step.value.kind !== "pause") refuse(step.value);
  }
}
