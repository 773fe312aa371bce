import type { ResultColumn } from "../../session/session.ts";
import type { StoredRow } from "../../storage/columns.ts";
import type { Batch, EngineRun } from "../query/plan.ts";
import type { SourceColumn } from "../query/scope.ts";
import type { Activation } from "../session/activation.ts";
import type { Task } from "../suspension.ts";

export function resultColumns(columns: readonly SourceColumn[]): ResultColumn[] {
  return columns.map(({ name, type, nullable, identity, computed, tableName }) => ({
    name,
    type,
    nullable,
    identity,
    computed,
    tableName,
  }));
}

/** The rows of a plan, its suspensions handled. */
export function* eachBatch(
  batches: Iterable<Batch>,
  run: EngineRun,
  take: (rows: readonly StoredRow[]) => Task,
): Task {
  for (const batch of batches) {
    if (batch.length > 0) {
      yield* take(batch);
      continue;
    }
    const { suspension } = run;
    run.suspension = undefined;
    yield suspension ?? { kind: "pause" };
  }
}

/** All rows of a plan. */
export function* allRows(batches: Iterable<Batch>, run: EngineRun): Task<StoredRow[]> {
  const all: StoredRow[] = [];
  yield* eachBatch(batches, run, function* (rows) {
    for (const row of rows) all.push(row);
    yield* [];
  });
  return all;
}

/** Sends rows as they come, and waits whenever the client has enough for now. Gives their number. */
export function* sendRows(
  activation: Activation,
  run: EngineRun,
  {
    columns,
    batches,
  }: { readonly columns: readonly SourceColumn[]; readonly batches: Iterable<Batch> },
): Task<number> {
  const { sink, core } = activation;
  const limit = core.options.rowCountLimit || Number.POSITIVE_INFINITY;
  let count = 0;
  sink.columns(resultColumns(columns));
  for (const batch of batches) {
    if (batch.length === 0) {
      const { suspension } = run;
      run.suspension = undefined;
      yield suspension ?? { kind: "pause" };
      continue;
    }
    const rows = count + batch.length > limit ? batch.slice(0, limit - count) : batch;
    count += rows.length;
    yield { kind: "promise", promise: sink.rows(rows) };
    if (count >= limit) break;
  }
  return count;
}

const WARNINGS: Readonly<Record<number, string>> = {
  8153: "Warning: Null value is eliminated by an aggregate or other SET operation.",
};

/** What is told after a statement: warnings, then the count. */
export function endStatement(
  activation: Activation,
  run: EngineRun | undefined,
  { count, command }: { readonly count: number | undefined; readonly command: number },
): void {
  const { core, sink } = activation;
  for (const number of run?.warnings ?? []) {
    const message = WARNINGS[number];
    if (message === undefined || !core.settings.ansiWarnings) continue;
    sink.message({ number, state: 1, class: 0, message, procedure: "", line: activation.line });
  }
  if (count !== undefined) core.rowCount = count;
  const rowCount = core.options.noCount ? undefined : count;
  sink.statementEnd({ rowCount, isError: false, command });
}
