import { Readable } from "node:stream";
import { type BulkLoad, type Connection, Request } from "tedious";
import type { Abortable } from "../../../core/kit/abortable.ts";
import { type Place, statementFailure } from "./failures.ts";
import { InFlow } from "./in-flow.ts";

export type Row = Readonly<Record<string, unknown>>;

const BULK_LOAD_PACKET = 0x07;

type Payload = AsyncIterable<Buffer> & { toString(indent?: string): string };

interface ResultCell {
  readonly metadata: { readonly colName: string };
  readonly value: unknown;
}

function toRow(cells: readonly ResultCell[]): Row {
  return Object.fromEntries(cells.map(({ metadata, value }) => [metadata.colName, value]));
}

function rememberingFailure(parts: AsyncIterable<Buffer>) {
  let failure: Error | undefined;
  async function* watched(): AsyncGenerator<Buffer, void> {
    try {
      yield* parts;
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
      throw error;
    }
  }
  return { parts: watched(), failure: () => failure };
}

interface Pending {
  cancel(): void;
}

/**
 * One signed-in connection. Statements run one at a time, in the order in which they were asked for. An aborted signal
 * ends the running statement by an attention; the connection and its transaction stay usable.
 */
export class TdsConnection implements AsyncDisposable {
  readonly #connection: Connection;
  readonly place: Place;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(connection: Connection, place: Place) {
    this.#connection = connection;
    this.place = place;
    connection.on("error", () => undefined);
  }

  get isClosed(): boolean {
    return this.#connection.closed;
  }

  /** The result's rows by column name. */
  async query(sql: string, options?: Abortable): Promise<readonly Row[]> {
    const rows: Row[] = [];
    await this.#batch(sql, options, (request) => {
      request.on("row", (cells: readonly ResultCell[]) => rows.push(toRow(cells)));
    });
    return rows;
  }

  /** Runs a batch for its effect. */
  async execute(sql: string, options?: Abortable): Promise<void> {
    await this.#batch(sql, options, () => undefined);
  }

  /**
   * Sends the statement, then the stream of a bulk load; gives the number of rows that the server took. What `parts`
   * throws comes out as it is, and the server forgets the load.
   */
  bulkLoad(statement: string, parts: AsyncIterable<Buffer>, options?: Abortable): Promise<number> {
    const source = rememberingFailure(parts);
    return this.#inTurn(async () => {
      await this.#send(options, (done) => {
        const request = new Request(statement, done);
        this.#connection.execSqlBatch(request);
        return request;
      });
      const payload: Payload = Object.assign(source.parts, { toString: () => "rows" });
      return this.#send(options, (done) => {
        const load: BulkLoad = this.#connection.newBulkLoad("", done);
        this.#connection.makeRequest(load, BULK_LOAD_PACKET, payload);
        return load;
      });
    }).catch((error: unknown) => {
      throw source.failure() ?? error;
    });
  }

  /**
   * Runs a batch whose response `intercept` may change before the library parses it. It is called once, with the
   * response's bytes, and gives the bytes that are left for the library.
   */
  intercepted(
    sql: string,
    intercept: (message: AsyncIterable<Buffer>) => AsyncIterable<Buffer>,
    options?: Abortable,
  ): Promise<void> {
    return this.#inTurn(async () => {
      const connection = this.#connection;
      const own = connection.createTokenStreamParser.bind(connection);
      const restore = (): void => {
        connection.createTokenStreamParser = own;
      };
      connection.createTokenStreamParser = (message, handler) => {
        restore();
        const bytes = message instanceof Readable ? new InFlow(message) : message;
        // The library declares a synchronous iterable; its parser takes an asynchronous one, as the lane's check proves.
        const rest = intercept(bytes as AsyncIterable<Buffer>) as unknown as typeof message;
        return own(rest, handler);
      };
      try {
        await this.#send(options, (done) => {
          const request = new Request(sql, done);
          connection.execSqlBatch(request);
          return request;
        });
      } finally {
        restore();
      }
    });
  }

  #batch(
    sql: string,
    options: Abortable | undefined,
    prepare: (request: Request) => void,
  ): Promise<number> {
    return this.#inTurn(() =>
      this.#send(options, (done) => {
        const request = new Request(sql, done);
        prepare(request);
        this.#connection.execSqlBatch(request);
        return request;
      }),
    );
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async #send(
    options: Abortable | undefined,
    start: (done: (error: Error | null | undefined, count?: number) => void) => Pending,
  ): Promise<number> {
    const signal = options?.signal;
    signal?.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const pending = start((error, count) => {
      if (error) reject(error);
      else resolve(count ?? 0);
    });
    const cancel = (): void => pending.cancel();
    signal?.addEventListener("abort", cancel, { once: true });
    try {
      return await promise;
    } catch (error) {
      signal?.throwIfAborted();
      throw statementFailure(this.place, error);
    } finally {
      signal?.removeEventListener("abort", cancel);
    }
  }

  /** Ends the connection at once; the server rolls back what was open. */
  [Symbol.asyncDispose](): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (this.isClosed) resolve();
    else {
      this.#connection.once("end", () => resolve());
      this.#connection.close();
    }
    return promise;
  }
}
