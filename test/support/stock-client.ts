import { Connection, type ConnectionConfiguration, Request } from "tedious";
import type { Sandbox } from "../../providers/sandbox/sandbox.ts";
import { FAKE_PASSWORD } from "./fake-engine.ts";

type Options = NonNullable<ConnectionConfiguration["options"]>;

export interface ClientOptions {
  readonly password?: string;
  readonly database?: string;
  readonly options?: Options;
}

/** Signs stock tedious in; rejects with its error. */
export async function connectTedious(
  sandbox: Pick<Sandbox, "host" | "port" | "authority">,
  { password = FAKE_PASSWORD, database, options = {} }: ClientOptions = {},
): Promise<Connection> {
  const connection = new Connection({
    server: sandbox.host,
    authentication: { type: "default", options: { userName: "sa", password } },
    options: {
      port: sandbox.port,
      encrypt: true,
      trustServerCertificate: false,
      cryptoCredentialsDetails: { ca: sandbox.authority },
      serverName: "localhost",
      connectTimeout: 5000,
      useUTC: true,
      ...(database === undefined ? {} : { database }),
      ...options,
    },
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  connection.connect((error) => (error ? reject(error) : resolve()));
  await promise;
  return connection;
}

export interface Answer {
  readonly rows: unknown[][];
  readonly columns: { colName: string; type: { name: string } }[][];
  readonly returned: Record<string, unknown>;
  readonly rowCount: number;
  readonly error: Error | undefined;
}

/** Runs a request and gathers all that comes back; an error of SQL is in the answer. */
export async function ask(
  connection: Connection,
  sql: string,
  prepare: (request: Request) => "batch" | "execSql" | "procedure" = () => "batch",
): Promise<Answer> {
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const rows: unknown[][] = [];
  const columns: Answer["columns"] = [];
  const returned: Record<string, unknown> = {};
  const request = new Request(sql, (error, rowCount) =>
    resolve({ rows, columns, returned, rowCount: rowCount ?? 0, error: error ?? undefined }),
  );
  request.on("columnMetadata", (metadata) => columns.push(metadata as never));
  request.on("row", (row: { value: unknown }[]) => rows.push(row.map(({ value }) => value)));
  request.on("returnValue", (name: string, value: unknown) => {
    returned[name] = value;
  });
  const way = prepare(request);
  if (way === "batch") connection.execSqlBatch(request);
  else if (way === "execSql") connection.execSql(request);
  else connection.callProcedure(request);
  return promise;
}

export async function closeTedious(connection: Connection): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  connection.once("end", () => resolve());
  connection.close();
  await promise;
}
