import type {
  EnvironmentChange,
  ResultColumn,
  ResultSink,
  SqlError,
  StatementEnd,
} from "../../../providers/sandbox/session/session.ts";
import type { SqlValue } from "../../../providers/sandbox/values/sql-type.ts";

export interface RecordedSet {
  readonly columns: readonly ResultColumn[];
  readonly rows: (readonly SqlValue[])[];
}

/** Keeps all that a batch gives. */
export class RecordingSink implements ResultSink {
  readonly sets: RecordedSet[] = [];
  readonly messages: SqlError[] = [];
  readonly ends: StatementEnd[] = [];
  readonly changes: EnvironmentChange[] = [];
  readonly outputs = new Map<string, SqlValue>();
  status: number | undefined;

  get errors(): readonly SqlError[] {
    return this.messages.filter((message) => message.class > 10);
  }

  columns(columns: readonly ResultColumn[]): void {
    this.sets.push({ columns, rows: [] });
  }

  async rows(rows: readonly (readonly SqlValue[])[]): Promise<void> {
    this.sets.at(-1)?.rows.push(...rows);
    await Promise.resolve();
  }

  message(message: SqlError): void {
    this.messages.push(message);
  }

  statementEnd(end: StatementEnd): void {
    this.ends.push(end);
  }

  environment(change: EnvironmentChange): void {
    this.changes.push(change);
  }

  outputParameter(parameter: { readonly name: string; readonly value: SqlValue }): void {
    this.outputs.set(parameter.name, parameter.value);
  }

  returnStatus(status: number): void {
    this.status = status;
  }

  async flush(): Promise<void> {
    await Promise.resolve();
  }
}
