import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import { failure } from "../diagnostics/diagnostic.ts";
import type { TableState } from "../diff/changed-table.ts";
import { compareStates } from "../diff/compare-states.ts";
import type { DiffEvent, DiffPoint, ShownRow, TableResult } from "../diff/diff-event.ts";
import { type SchemaDifference, schemaDifferences } from "../diff/schema-difference.ts";
import { showRow } from "../diff/show-row.ts";
import { countRows } from "../diff/state-rows.ts";
import { diffFiles } from "./diff-files.ts";
import { findPoint } from "./find-point.ts";
import { DiffOpener, type DiffSide, notesOf, openTable } from "./open-diff-side.ts";
import type { Ports } from "./ports.ts";
import { openProjectReader } from "./project.ts";
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

interface DiffSides {
  readonly before: DiffSide;
  readonly after: DiffSide;
}

/** Tells what differs between two points, without a server: POINT_NOT_FOUND, DIFF_UNSUPPORTED, DIFF_TABLE_UNKNOWN, STORE_ARCHIVED, VAULT_*. */
export async function* diffPoints(command: DiffCommand, ports: Ports): AsyncGenerator<DiffEvent> {
  await using catalog = await openProjectReader(ports);
  const resources = new ResourceLookup(await catalog.objects());
  const points = await catalog.points();
  const before = findPoint(command.before, points);
  const after = findPoint(command.after, points);
  await using opener = new DiffOpener(points, resources, ports);
  if (areFiles(before, after)) {
    yield* diffFiles({ before, after, table: command.table }, opener, ports);
    return;
  }
  const sides = { before: await opener.open(before), after: await opener.open(after) };
  yield { type: "points", before: factsOf(sides.before), after: factsOf(sides.after) };
  const names = tableNames(sides, command.table);
  const differences = schemaDifferences(sides.before.schema, sides.after.schema);
  const isWanted = ({ kind, name, table }: SchemaDifference) =>
    command.table === undefined || names.includes(kind === "table" ? name : (table ?? ""));
  yield { type: "schema", differences: differences.filter(isWanted) };
  for (const name of names) yield* diffTable(name, { sides, limit: command.limit }, ports);
}

async function* diffTable(
  table: string,
  { sides, limit }: { readonly sides: DiffSides; readonly limit: number },
  ports: Ports,
): AsyncGenerator<DiffEvent> {
  const before = await openTable(sides.before, table, ports);
  const after = await openTable(sides.after, table, ports);
  if (before === undefined || after === undefined) {
    yield { type: "table", result: await onlyIn(table, { before, after }, ports) };
    return;
  }
  const comparison = compareStates({ before, after }, ports.signal);
  const { key: columns, isKeyed } = comparison.matching;
  const key = isKeyed ? columns.map(({ name }) => name) : [];
  const formats = { before: before.rows.format, after: after.rows.format };
  const counts = { added: 0, removed: 0, changed: 0 };
  let shown = 0;
  for await (const differences of comparison.differences({ shown: limit })) {
    for (const { change } of differences) counts[change] += 1;
    const rows = differences
      .slice(0, Math.max(0, limit - shown))
      .map((difference): ShownRow => showRow(difference, formats, key));
    shown += rows.length;
    if (rows.length > 0) yield { type: "rows", table, rows };
  }
  const unchanged = unchangedOf({ before, after }, counts);
  const result = { table, presence: "both" as const, key: isKeyed ? key : null };
  yield { type: "table", result: { ...result, ...counts, unchanged } };
}

interface States {
  readonly before: TableState | undefined;
  readonly after: TableState | undefined;
}

async function onlyIn(
  table: string,
  { before, after }: States,
  { signal }: Ports,
): Promise<TableResult> {
  const state = before ?? after;
  const rows = state === undefined ? 0 : (rowsOf(state) ?? (await countRows(state, { signal })));
  const presence = before === undefined ? "after" : "before";
  const counts = presence === "after" ? { added: rows, removed: 0 } : { added: 0, removed: rows };
  return { table, presence, key: null, ...counts, changed: 0, unchanged: 0 };
}

/** Null where both points have changes: how many rows these leave is written nowhere, and counting would read all of the table. */
function unchangedOf(
  { before, after }: States,
  { added, removed, changed }: Pick<TableResult, "added" | "removed" | "changed">,
): number | null {
  const olds = rowsOf(before);
  if (olds !== undefined) return olds - removed - changed;
  const news = rowsOf(after);
  return news === undefined ? null : news - added - changed;
}

/** Undefined of a table with changes. */
function rowsOf(state: TableState | undefined): number | undefined {
  if (state === undefined || state.changes.length > 0) return undefined;
  return Number(state.rows.object.attributes["rows"] ?? 0);
}

/** Whether both hold backup files. DIFF_UNSUPPORTED where only one does. */
function areFiles(before: RecoveryPoint, after: RecoveryPoint): boolean {
  const files = [before, after].filter(({ method }) => method === "native" || method === "files");
  const [one] = files;
  if (files.length !== 1 || one === undefined) return files.length === 2;
  throw failure({
    code: "DIFF_UNSUPPORTED",
    summary: "Recovery points cannot be compared",
    detail: `The recovery point ${one.id.slice(0, 12)} of ${one.database} holds backup files, which are made of pages, and the other one holds rows of tables. Compare two points of the same kind; see what there is:\n\n    holdfast points`,
  });
}

/** Tables of both, in the order of their names. DIFF_TABLE_UNKNOWN. */
function tableNames({ before, after }: DiffSides, wanted: string | undefined): readonly string[] {
  const all = [...new Set([...before.tables.keys(), ...after.tables.keys()])].sort();
  if (wanted === undefined) return all;
  const own = (name: string) => (before.tables.get(name) ?? after.tables.get(name))?.name;
  const found = all.includes(wanted) ? [wanted] : all.filter((name) => own(name) === wanted);
  if (found.length === 1) return found;
  const names = (found.length > 1 ? found : all).slice(0, 10).map((name) => `    ${name}`);
  const what = found.length > 1 ? "Several tables are called" : "Neither point has a table";
  throw failure({
    code: "DIFF_TABLE_UNKNOWN",
    summary: "Table not found",
    detail: `${what} ${wanted}. Name one with its schema, upper and lower case as they are:\n\n${names.join("\n")}`,
  });
}

function factsOf(side: DiffSide): DiffPoint {
  const { id, server, database, method, type, consistency, createdAt } = side.point;
  return { id, server, database, method, type, consistency, createdAt, notes: notesOf(side) };
}
