import type { Abortable } from "../../../core/kit/abortable.ts";
import type { RowSlice, TableRows } from "../../../core/resource/database-capture.ts";
import type { TdsConnection } from "../connection/tds-connection.ts";
import { parseColumnMetadata } from "./column-metadata.ts";
import { Handoff } from "./handoff.ts";
import { layOutRow } from "./row-layout.ts";
import { RowSplitter } from "./row-splitter.ts";

export interface ReadRows extends Abortable {
  readonly sql: string;
  /** Columns to hash; the whole row where empty. */
  readonly key: readonly string[];
}

/**
 * Runs a SELECT and gives its rows as the bytes that the server sent. A slice is what had arrived, at most
 * some packets, and the server is not read on before the taker comes back. Leaving early cancels the statement; the connection stays usable.
 */
export async function readRows(connection: TdsConnection, request: ReadRows): Promise<TableRows> {
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, ...(request.signal ? [request.signal] : [])]);
  const metadata = Promise.withResolvers<Buffer>();
  const slices = new Handoff<RowSlice>(async () => {
    stop.abort();
    await finished;
  });
  signal.addEventListener("abort", () => slices.abandon(), { once: true });

  async function* intercept(message: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
    const ready: RowSlice[] = [];
    const tokens: Buffer[] = [];
    const splitter = new RowSplitter(
      {
        metadata: (token) => {
          metadata.resolve(token);
          return layOutRow(parseColumnMetadata(token).columns, request.key);
        },
        rows: (span) => ready.push(span),
        token: (token) => tokens.push(token),
      },
      layOutRow([]),
    );
    for await (const chunk of message) {
      // After an attention the rest of the response is cut off anywhere: it is read to its end and not looked at.
      if (signal.aborted) continue;
      splitter.push(chunk);
      for (const slice of ready.splice(0)) await slices.offer(slice);
      if (tokens.length > 0) yield Buffer.concat(tokens.splice(0));
    }
    if (!signal.aborted) splitter.end();
  }

  const finished = connection.intercepted(request.sql, intercept, { signal }).then(
    () => {
      slices.finish();
      metadata.reject(new Error("The server gave no rows to a SELECT. This is a bug."));
    },
    (cause: unknown) => {
      const error = cause instanceof Error ? cause : new Error(String(cause));
      slices.finish(error);
      metadata.reject(error);
    },
  );
  return { metadata: await metadata.promise, slices };
}
