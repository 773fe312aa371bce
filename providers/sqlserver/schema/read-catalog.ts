import type { Abortable } from "../../../core/kit/abortable.ts";
import type { TdsConnection } from "../connection/tds-connection.ts";
import { Catalog } from "./catalog.ts";
import {
  CATALOG_QUERIES,
  type CatalogName,
  POSITION_QUERIES,
  SYSTEM_QUERIES,
} from "./catalog-queries.ts";
import type { Positions } from "./describe-schema.ts";
import { number, numberOrZero, text, textOrNull } from "./fields.ts";
import { withoutCapture } from "./without-capture.ts";

const SYSTEM: ReadonlySet<string> = new Set(["master", "msdb", "model"]);

/** In master, msdb and model the tables that came with the server are what is worth keeping: jobs, operators, history. */
async function questionsOfSystem(
  connection: TdsConnection,
  options?: Abortable,
): Promise<Readonly<Partial<Record<CatalogName, string>>>> {
  const [row = {}] = await connection.query("SELECT DB_NAME() AS name", options);
  return SYSTEM.has(text(row, "name")) ? SYSTEM_QUERIES : {};
}

/** Asks a database for its whole catalog. */
export async function readCatalog(
  connection: TdsConnection,
  options?: Abortable,
): Promise<Catalog> {
  const answers: [string, unknown][] = [];
  const questions = { ...CATALOG_QUERIES, ...(await questionsOfSystem(connection, options)) };
  for (const [name, sql] of Object.entries(questions)) {
    answers.push([name, await connection.query(sql, options)]);
  }
  // Every name of CATALOG_QUERIES was asked for.
  return new Catalog(
    withoutCapture(
      Object.fromEntries(answers) as Readonly<
        Record<CatalogName, Awaited<ReturnType<TdsConnection["query"]>>>
      >,
    ),
  );
}

/** Reads the last identity values and sequence values that were given out. */
export async function readPositions(
  connection: TdsConnection,
  options?: Abortable,
): Promise<Positions> {
  const identities = await connection.query(POSITION_QUERIES.identities, options);
  const sequences = await connection.query(POSITION_QUERIES.sequences, options);
  return {
    identities: new Map(
      identities.map((row) => [number(row, "object_id"), text(row, "last_text")] as const),
    ),
    sequences: new Map(
      sequences.map((row) => {
        // SQL Server 2016 has no last_used_value: there a sequence at its start value counts as used, and one value may be skipped.
        const isUnused = row["last_used_value"] === null;
        return [
          number(row, "object_id"),
          isUnused ? null : textOrNull(row, "current_text"),
        ] as const;
      }),
    ),
  };
}

export interface TableSize {
  readonly rows: number;
  readonly bytes: number;
}

const PAGE = 8192;

/** Sizes from the server's statistics, by object. */
export async function readSizes(
  connection: TdsConnection,
  options?: Abortable,
): Promise<ReadonlyMap<number, TableSize>> {
  const rows = await connection.query(POSITION_QUERIES.sizes, options);
  return new Map(
    rows.map((row) => [
      number(row, "object_id"),
      { rows: numberOrZero(row, "row_count"), bytes: numberOrZero(row, "used_pages") * PAGE },
    ]),
  );
}
