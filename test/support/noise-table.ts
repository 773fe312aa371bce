import mssql, { type ConnectionPool } from "mssql";
import { seededBytes } from "./vault.ts";

export interface Noise {
  /** `dbo.Noise`; it must exist as `NOISE_COLUMNS` says. */
  readonly table: string;
  readonly seed: string;
  readonly rows: number;
  /** The first key. */
  readonly from?: number;
}

/** The columns of a table of noise, for CREATE TABLE. */
export const NOISE_COLUMNS =
  "Id int NOT NULL PRIMARY KEY CLUSTERED, Bytes varbinary(1000) NOT NULL";

const ROW_BYTES = 1000;

/** Adds rows of bytes that no compression makes smaller, through a bulk load of the stock client. */
export async function addNoise(
  pool: ConnectionPool,
  { table: name, seed, rows, from = 1 }: Noise,
): Promise<void> {
  const random = seededBytes(seed);
  const table = new mssql.Table(name);
  table.create = false;
  table.columns.add("Id", mssql.Int, { nullable: false });
  table.columns.add("Bytes", mssql.VarBinary(ROW_BYTES), { nullable: false });
  for (let id = from; id < from + rows; id += 1) {
    table.rows.add(id, Buffer.from(random(ROW_BYTES)));
  }
  await pool.request().bulk(table);
}
