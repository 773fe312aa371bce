import type { TableScan } from "../catalog/job.ts";
import { type DiagnosticError, failure } from "../diagnostics/diagnostic.ts";
import type { Abortable } from "../kit/abortable.ts";
import { formatTableName } from "../kit/table-name.ts";
import type { DatabaseCapture } from "../resource/database-capture.ts";
import type { PointReader, Vault } from "../vault/vault.ts";

export interface Transfer extends Abortable {
  readonly vault: Pick<Vault, "openPoint">;
  readonly point: string;
  /** What the copy is. */
  readonly capture: Pick<DatabaseCapture, "schema" | "tables">;
  /** What was read of it. */
  readonly scans: readonly TableScan[];
}

/**
 * Holds a point, as the vault gives it back, against the copy that it is of: the same schema, every table with as many rows
 * and bytes as were read, every chunk of them known to the vault. ISOLATED_COPY_NOT_VERIFIED, and what `openPoint` rejects with.
 */
export async function verifyTransfer(transfer: Transfer): Promise<void> {
  const { vault, point, signal, capture, scans } = transfer;
  await using reader = await vault.openPoint(point, { signal });
  if (!(await hasBytes(reader, capture.schema, { signal }))) throw notVerified(point, "its schema");
  for (const table of capture.tables) {
    const name = formatTableName(table);
    const scan = scans.find((each) => each.table === name);
    const object = reader.point.objects.find(({ path }) => path === `rows/${name}`);
    if (scan === undefined || object?.attributes["rows"] !== scan.rows)
      throw notVerified(point, name);
    if ((await lengthOf(reader, object.path, { signal })) !== scan.bytesRead) {
      throw notVerified(point, name);
    }
  }
}

async function hasBytes(
  reader: PointReader,
  wanted: Uint8Array,
  options: Abortable,
): Promise<boolean> {
  let at = 0;
  for await (const chunk of reader.read("schema", options)) {
    const end = at + chunk.length;
    if (Buffer.compare(wanted.subarray(at, end), chunk) !== 0) return false;
    at = end;
  }
  return at === wanted.length;
}

async function lengthOf(reader: PointReader, path: string, options: Abortable): Promise<number> {
  let length = 0;
  for await (const chunks of reader.chunksOf(path, options)) {
    length = chunks.reduce((sum, chunk) => sum + chunk.length, length);
  }
  return length;
}

function notVerified(point: string, what: string): DiagnosticError {
  return failure({
    code: "ISOLATED_COPY_NOT_VERIFIED",
    summary: "Transfer not verified",
    detail: `What the vault gives back of point ${point} is not what was read from the copy: ${what} differs. The point is not listed, the copy was dropped, and the source was not touched. Look at the vault, then back up again:\n\n    holdfast verify -read-data`,
  });
}
