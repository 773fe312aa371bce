import type { SqlError } from "../../session/session.ts";
import { SqlException } from "../../values/sql-exception.ts";
import type { Activation } from "./activation.ts";
import type { CaughtError } from "./session-core.ts";

/** An error that knows where it happened, on its way to a CATCH block. */
export class RaisedError extends Error {
  override readonly name = "RaisedError";
  readonly error: CaughtError;

  constructor(error: CaughtError) {
    super(error.message);
    this.error = error;
  }
}

/** The batch is over; what was to be said was said. */
export class BatchAborted extends Error {
  override readonly name = "BatchAborted";
}

/** The errors after which the transaction cannot go on ("Database engine error severities"; conversions: KB 309490 and practice). */
const DOOMING: ReadonlySet<number> = new Set([241, 242, 245, 1205, 3951, 3952, 3960, 3961, 8114]);

/** Errors of names and of syntax, which SQL Server finds when it compiles a batch: the rest of it does not run. */
const BINDING: ReadonlySet<number> = new Set([
  102, 107, 108, 116, 119, 120, 137, 141, 145, 156, 174, 189, 195, 205, 206, 207, 208, 209, 213,
  257, 264, 306, 402, 421, 529, 911, 1011, 1013, 1087, 2809, 3609, 4104, 4108, 4121, 8120, 8155,
  8156, 8158, 8159, 8117, 40_515,
]);

export function doomsTransaction(number: number): boolean {
  return DOOMING.has(number);
}

export function abortsBatch(number: number): boolean {
  return DOOMING.has(number) || BINDING.has(number);
}

export function locate(failure: SqlException | RaisedError, activation: Activation): CaughtError {
  if (failure instanceof RaisedError) return failure.error;
  return {
    number: failure.number,
    class: failure.class,
    state: failure.state,
    message: failure.message,
    procedure: activation.module?.object.name ?? "",
    line: activation.line,
  };
}

export function isSqlFailure(error: unknown): error is SqlException | RaisedError {
  return error instanceof SqlException || error instanceof RaisedError;
}

export function asMessage(error: CaughtError): SqlError {
  const { number, state, message, procedure, line } = error;
  return { number, state, class: error.class, message, procedure, line };
}

/** A message of class 0: PRINT and its like. */
export function sendInfo(activation: Activation, number: number, message: string): void {
  activation.sink.message({
    number,
    state: 1,
    class: 0,
    message,
    procedure: activation.module?.object.name ?? "",
    line: activation.line,
  });
}
