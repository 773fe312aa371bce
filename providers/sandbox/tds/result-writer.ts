import { setImmediate as nextTurn } from "node:timers/promises";
import type {
  EnvironmentChange,
  ResultColumn,
  ResultSink,
  SqlError,
  StatementEnd,
} from "../session/session.ts";
import type { SqlType, SqlValue } from "../values/sql-type.ts";
import { userTypeOf, writeColumns } from "./columns.ts";
import type { ResponseStream } from "./response-stream.ts";
import { createRowWriter, type RowWriter } from "./row-writer.ts";
import {
  DONE_ERROR,
  DONE_MORE,
  FATAL_CLASS,
  TOKEN,
  writeDone,
  writeEnvironment,
  writeMessage,
} from "./tokens.ts";
import { writeTypeInfo } from "./type-info-writer.ts";
import { createValueWriter } from "./value-writer.ts";
import { describeType } from "./wire-type.ts";

/** Rows are written for at most this long before the connection may hear an attention. */
const TURN_MS = 10;
const FIRST_ERROR_CLASS = 11;

export interface OutputParameter {
  readonly name: string;
  readonly ordinal: number;
  readonly type: SqlType;
  readonly value: SqlValue;
}

export interface ResultContext {
  readonly stream: ResponseStream;
  readonly signal: AbortSignal;
  readonly serverName: string;
  /** Statements of a procedure call end with DONEINPROC, and the call with DONEPROC; those of a batch with DONE. */
  readonly kind: "batch" | "procedure";
}

/** A row that cannot be written leaves nothing behind, so that the error can follow. */
function writeWhole(stream: ResponseStream, write: RowWriter, row: readonly SqlValue[]): void {
  const start = stream.tokens.length;
  try {
    write(stream.tokens, row);
  } catch (error) {
    stream.tokens.truncate(start);
    throw error;
  }
  stream.sendSome();
}

/** Writes what a request gives as tokens. After an abort it writes no more, so that the response can be ended. */
export class ResultWriter implements ResultSink {
  readonly #context: ResultContext;
  readonly #outputs: OutputParameter[] = [];
  #rowWriter: RowWriter | undefined;
  /** The end of the last statement, kept back until it is known whether more follows. */
  #held: StatementEnd | undefined;
  #status = 0;
  #hasOpenError = false;
  #isFatal = false;
  #turnStart = performance.now();

  constructor(context: ResultContext) {
    this.#context = context;
  }

  /** Whether an error was told that ends the connection. */
  get isFatal(): boolean {
    return this.#isFatal;
  }

  get #isSilent(): boolean {
    return this.#context.signal.aborted;
  }

  columns(columns: readonly ResultColumn[]): void {
    if (this.#isSilent) return;
    this.#release();
    this.#rowWriter = createRowWriter(writeColumns(this.#context.stream.tokens, columns));
  }

  async rows(rows: readonly (readonly SqlValue[])[]): Promise<void> {
    const { stream } = this.#context;
    const write = this.#rowWriter;
    if (write === undefined) throw new Error("Rows came before their columns. This is a bug.");
    for (const row of rows) {
      if (this.#isSilent) return;
      writeWhole(stream, write, row);
    }
    await stream.drained();
    if (performance.now() - this.#turnStart < TURN_MS) return;
    await nextTurn();
    this.#turnStart = performance.now();
  }

  message(message: SqlError): void {
    if (this.#isSilent) return;
    this.#release();
    if (message.class >= FIRST_ERROR_CLASS) this.#hasOpenError = true;
    if (message.class >= FATAL_CLASS) this.#isFatal = true;
    writeMessage(this.#context.stream.tokens, message, this.#context.serverName);
  }

  statementEnd(end: StatementEnd): void {
    if (this.#isSilent) return;
    this.#release();
    this.#hasOpenError = false;
    this.#rowWriter = undefined;
    this.#held = end;
    if (this.#context.kind === "procedure") this.#release();
  }

  environment(change: EnvironmentChange): void {
    if (this.#isSilent) return;
    this.#release();
    writeEnvironment(this.#context.stream.tokens, change);
  }

  outputParameter(parameter: OutputParameter): void {
    this.#outputs.push(parameter);
  }

  returnStatus(status: number): void {
    if (this.#isSilent) return;
    this.#status = status;
    if (this.#context.kind === "procedure") return;
    this.#release();
    this.#writeStatus();
    this.#writeDone(TOKEN.doneProc, { rowCount: undefined, isError: false, command: 0 }, true);
  }

  async flush(): Promise<void> {
    if (this.#isSilent) return;
    this.#release();
    this.#context.stream.sendAll();
    await this.#context.stream.drained();
  }

  /** Writes the last token of the request; with `more`, another call of the same message follows. */
  finish(more: boolean): void {
    const none: StatementEnd = { rowCount: undefined, isError: this.#hasOpenError, command: 0 };
    if (this.#isSilent) {
      const token = this.#context.kind === "batch" ? TOKEN.done : TOKEN.doneProc;
      this.#writeDone(token, { ...none, isError: true }, more);
      return;
    }
    if (this.#context.kind === "batch") {
      this.#writeDone(TOKEN.done, this.#held ?? none, more);
      return;
    }
    this.#writeStatus();
    for (const output of this.#outputs) this.#writeOutput(output);
    this.#writeDone(TOKEN.doneProc, none, more);
  }

  #release(): void {
    const held = this.#held;
    this.#held = undefined;
    if (held === undefined) return;
    const token = this.#context.kind === "batch" ? TOKEN.done : TOKEN.doneInProc;
    this.#writeDone(token, held, true);
    this.#context.stream.sendSome();
  }

  #writeDone(token: number, { rowCount, isError, command }: StatementEnd, more: boolean): void {
    const status = (more ? DONE_MORE : 0) | (isError ? DONE_ERROR : 0);
    writeDone(this.#context.stream.tokens, { token, status, command, rowCount });
  }

  #writeStatus(): void {
    const { tokens } = this.#context.stream;
    tokens.u8(TOKEN.returnStatus);
    tokens.i32(this.#status);
  }

  #writeOutput({ name, ordinal, type, value }: OutputParameter): void {
    const { tokens } = this.#context.stream;
    const wire = describeType(type, true);
    tokens.u8(TOKEN.returnValue);
    tokens.u16(ordinal);
    tokens.shortText(name);
    tokens.u8(1);
    tokens.u32(userTypeOf(type));
    tokens.u16(0);
    writeTypeInfo(tokens, wire);
    createValueWriter(wire)(tokens, value);
  }
}
