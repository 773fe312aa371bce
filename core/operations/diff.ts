import type { SqlServerSchema } from "../../schemas/sql-server-schema.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import { failure } from "../diagnostics/diagnostic.ts";
import type { DiffEvent, DiffPoint, ShownRow } from "../diff/diff-event.ts";
import { type SchemaDifference, schemaDifferences } from "../diff/schema-difference.ts";
import { showRow } from "../diff/show-row.ts";
import { TableComparison, type TableSide } from "../diff/table-difference.ts";
import { formatTableName } from "../kit/table-name.ts";
import type { RowFormat } from "../resource/row-format.ts";
import type { PointReader, StoredObject, Vault } from "../vault/vault.ts";
import { findPoint } from "./find-point.ts";
import { openVaultAt } from "./open-vault.ts";
import type { Ports } from "./ports.ts";
import { openProjectReader } from "./project.ts";
import { requireReadable } from "./require-readable.ts";
import { ResourceLookup } from "./resource-lookup.ts";

export interface DiffCommand {
  /** Ids or unique beginnings of them. */
  readonly before: string;
  readonly after: string;
  /** `dbo.Orders`, or `Orders` where one table has that name; all tables without it. */
  readonly table?: string | undefined;
  /** Rows of each table that are shown at most; all that differ are counted. */
  readonly limit: number;
}

/** One point, open, with what its database looked like. */
interface OpenSide {
  readonly point: RecoveryPoint;
  readonly vault: Vault;
  readonly reader: PointReader;
  readonly schema: SqlServerSchema;
}

interface OpenSides {
  readonly before: OpenSide;
  readonly after: OpenSide;
}

/** Tells what differs between two points, without a server: POINT_NOT_FOUND, DIFF_UNSUPPORTED, DIFF_TABLE_UNKNOWN, STORE_ARCHIVED, VAULT_*. */
export async function* diffPoints(command: DiffCommand, ports: Ports): AsyncGenerator<DiffEvent> {
  await using catalog = await openProjectReader(ports);
  const resources = new ResourceLookup(await catalog.objects());
  const points = await catalog.points();
  const before = findPoint(command.before, points);
  const after = findPoint(command.after, points);
  for (const point of [before, after]) requireRows(point);
  await using stack = new AsyncDisposableStack();
  const vaults = new Map<string, Vault>();
  const open = async (point: RecoveryPoint) => {
    const vault = vaults.get(point.vault) ?? (await openVaultAt(point.vault, resources, ports));
    if (!vaults.has(point.vault)) stack.use(vault);
    vaults.set(point.vault, vault);
    await requireReadable(vault, { point: point.id }, ports);
    const reader = stack.use(await vault.openPoint(point.id, { signal: ports.signal }));
    return { point, vault, reader, schema: await readSchema(reader, ports.signal) };
  };
  const sides = { before: await open(before), after: await open(after) };
  yield { type: "points", before: factsOf(before), after: factsOf(after) };
  const paths = tablePaths(sides, command.table);
  const differences = schemaDifferences(sides.before.schema, sides.after.schema);
  const isWanted = ({ kind, name, table }: SchemaDifference) =>
    command.table === undefined || paths.includes(`rows/${kind === "table" ? name : table}`);
  yield { type: "schema", differences: differences.filter(isWanted) };
  for (const path of paths) yield* diffTable(path, { sides, limit: command.limit }, ports);
}

async function* diffTable(
  path: string,
  { sides, limit }: { readonly sides: OpenSides; readonly limit: number },
  ports: Ports,
): AsyncGenerator<DiffEvent> {
  const table = path.slice("rows/".length);
  const before = await openTable(sides.before, path, ports);
  const after = await openTable(sides.after, path, ports);
  if (before === undefined || after === undefined) {
    const rows = rowsOf(before ?? after);
    const presence = before === undefined ? "after" : "before";
    const counts = presence === "after" ? { added: rows, removed: 0 } : { added: 0, removed: rows };
    yield {
      type: "table",
      result: { table, presence, key: null, ...counts, changed: 0, unchanged: 0 },
    };
    return;
  }
  const comparison = new TableComparison({ before, after }, ports.signal);
  const { key: columns, isKeyed } = comparison.matching;
  const key = isKeyed ? columns.map(({ name }) => name) : [];
  const formats = { before: before.format, after: after.format };
  const counts = { added: 0, removed: 0, changed: 0 };
  let shown = 0;
  for await (const differences of comparison.differences()) {
    for (const { change } of differences) counts[change] += 1;
    const rows = differences
      .slice(0, Math.max(0, limit - shown))
      .map((difference): ShownRow => showRow(difference, formats, key));
    shown += rows.length;
    if (rows.length > 0) yield { type: "rows", table, rows };
  }
  const unchanged = rowsOf(before) - counts.removed - counts.changed;
  const result = { table, presence: "both" as const, key: isKeyed ? key : null };
  yield { type: "table", result: { ...result, ...counts, unchanged } };
}

/** DIFF_UNSUPPORTED of points that hold no whole tables. */
function requireRows({ id, database, method, type }: RecoveryPoint): void {
  if (method === "native" || method === "files") {
    throw unsupported(
      `The recovery point ${id.slice(0, 12)} of ${database} was taken by the method ${method}: it holds files and pages, and what differs between those is not told yet.`,
    );
  }
  if (type !== "full") {
    throw unsupported(
      `The recovery point ${id.slice(0, 12)} of ${database} is of type ${type}: it holds the changes since the point before it and not whole tables, which cannot be compared yet.`,
    );
  }
}

function unsupported(reason: string): Error {
  return failure({
    code: "DIFF_UNSUPPORTED",
    summary: "Recovery point cannot be compared",
    detail: `${reason} Compare two full recovery points of the methods snapshot, isolated_copy or cdc; see what there is:\n\n    holdfast points`,
  });
}

async function readSchema(reader: PointReader, signal: AbortSignal): Promise<SqlServerSchema> {
  const chunks = await Array.fromAsync(reader.read("schema", { signal }));
  const text = Buffer.concat(chunks).toString("utf8");
  const { sqlServerSchema } = await import("../../schemas/sql-server-schema.ts");
  const parsed = sqlServerSchema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw failure(
    {
      code: "DIFF_UNSUPPORTED",
      summary: "Schema cannot be read",
      detail: `The schema in the recovery point ${reader.point.id} is of a form that this version does not know. Compare the points with the version of Holdfast that made the newer one.`,
    },
    parsed.error,
  );
}

/** Those of both, in the order of their names. DIFF_TABLE_UNKNOWN. */
function tablePaths({ before, after }: OpenSides, wanted: string | undefined): readonly string[] {
  const objects = [before, after].flatMap(({ reader }) => reader.point.objects);
  const paths = new Set(objects.filter(({ kind }) => kind === "rows").map(({ path }) => path));
  const all = [...paths].sort();
  if (wanted === undefined) return all;
  const isWanted = (path: string) =>
    path === `rows/${wanted}` ||
    objects.some((object) => object.path === path && isNamed(object, wanted));
  const found = all.filter(isWanted);
  if (found.length === 1) return found;
  const names = (found.length > 1 ? found : all).slice(0, 10).map((path) => `    ${path.slice(5)}`);
  const what = found.length > 1 ? "Several tables are called" : "Neither point has a table";
  throw failure({
    code: "DIFF_TABLE_UNKNOWN",
    summary: "Table not found",
    detail: `${what} ${wanted}. Name one with its schema, upper and lower case as they are:\n\n${names.join("\n")}`,
  });
}

function isNamed({ attributes }: StoredObject, name: string): boolean {
  return attributes["table"] === name;
}

async function openTable(
  { reader, schema, vault }: OpenSide,
  path: string,
  ports: Ports,
): Promise<TableSide | undefined> {
  const object = reader.point.objects.find((each) => each.path === path);
  if (object === undefined) return undefined;
  const { metadata } = object.attributes;
  const table = schema.tables.find((each) => `rows/${formatTableName(each)}` === path);
  if (typeof metadata !== "string" || table === undefined) throw withoutFacts(path);
  const format: RowFormat = await ports.openRowFormat(Buffer.from(metadata, "base64"));
  return { reader, object, format, schema: table, vault: vault.id };
}

function withoutFacts(path: string): Error {
  return failure({
    code: "VAULT_CORRUPTED",
    summary: "Object without its facts",
    detail: `The object ${path} of this recovery point lacks the facts that a comparison needs (metadata, a table of the schema). This is a bug.`,
  });
}

function rowsOf(side: TableSide | undefined): number {
  return Number(side?.object.attributes["rows"] ?? 0);
}

function factsOf({ id, server, database, method, createdAt }: RecoveryPoint): DiffPoint {
  return { id, server, database, method, createdAt };
}
