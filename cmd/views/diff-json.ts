import type {
  CellValue,
  DiffEvent,
  DiffPoint,
  ShownCell,
  ShownRow,
  TableResult,
} from "../../core/diff/diff-event.ts";
import type { DataFileResult, OtherBytesResult } from "../../core/diff/page-event.ts";
import { toSnakeJson } from "./snake-json.ts";

type JsonValue = string | number | boolean | object;

function valueToJson(value: CellValue): JsonValue {
  switch (value.kind) {
    case "number":
      return Number(value.text);
    case "exact":
    case "text":
      return value.text;
    case "flag":
      return value.isTrue;
    case "binary":
      return `0x${Buffer.from(value.bytes).toString("hex").toUpperCase()}`;
    case "typed":
      return { type: value.type, value: valueToJson(value.value) };
    default:
      return value satisfies never;
  }
}

function cellToJson({ value, cut }: ShownCell): JsonValue | null {
  if (value === null) return null;
  return cut === null ? valueToJson(value) : { beginning: valueToJson(value), ...cut };
}

function cellsToJson(cells: readonly ShownCell[] | null): object | null {
  if (cells === null) return null;
  return Object.fromEntries(cells.map((cell) => [cell.column, cellToJson(cell)]));
}

function rowToJson(table: string, { change, key, columns, before, after }: ShownRow): object {
  const cells = (after ?? before ?? []).filter(({ column }) => key.includes(column));
  return {
    type: "row_difference",
    table,
    change,
    key: key.length === 0 ? null : cellsToJson(cells),
    columns,
    before: cellsToJson(before),
    after: cellsToJson(after),
  };
}

function pointToJson({ createdAt, ...facts }: DiffPoint): object {
  return { ...facts, created_at: createdAt === null ? null : new Date(createdAt).toISOString() };
}

/** The lines of a stream that an event makes. */
export function diffToJson(event: DiffEvent): readonly object[] {
  switch (event.type) {
    case "points":
      return [
        {
          type: "diff_started",
          before: pointToJson(event.before),
          after: pointToJson(event.after),
        },
      ];
    case "schema":
      return event.differences.map((difference) => ({ type: "schema_difference", ...difference }));
    case "rows":
      return event.rows.map((row) => rowToJson(event.table, row));
    case "table":
      return [{ type: "table_difference", ...toSnakeJson(event.result) }];
    case "pages":
      return event.ranges.map((range) => ({ type: "page_difference", ...range }));
    case "data_file":
      return [{ type: "data_file_difference", ...event.result }];
    case "bytes":
      return event.ranges.map((range) => ({ type: "byte_difference", ...range }));
    case "other_bytes":
      return [{ type: "other_bytes_difference", ...event.result }];
    default:
      return event satisfies never;
  }
}

type PageCounts = Omit<DataFileResult, "file">;

interface Counts {
  added: number;
  removed: number;
  changed: number;
  /** Null where nobody counted those of some table. */
  unchanged: number | null;
}

/** What all tables come to. */
export class DiffTotals {
  tables = 0;
  #differing = 0;
  readonly rows: Counts = { added: 0, removed: 0, changed: 0, unchanged: 0 };
  /** Null of points that hold rows. */
  pages: PageCounts | null = null;
  otherBytes: OtherBytesResult | null = null;
  #schemaDifferences = 0;

  add(event: DiffEvent): void {
    if (event.type === "data_file") this.#addFile(event.result);
    if (event.type === "other_bytes") this.otherBytes = event.result;
    if (event.type === "schema") this.#schemaDifferences += event.differences.length;
    if (event.type === "table") this.#addTable(event.result);
  }

  #addTable({ added, removed, changed, unchanged, presence }: TableResult): void {
    this.tables += 1;
    this.rows.added += added;
    this.rows.removed += removed;
    this.rows.changed += changed;
    const known = this.rows.unchanged;
    this.rows.unchanged = unchanged === null || known === null ? null : known + unchanged;
    if (presence !== "both" || added + removed + changed > 0) this.#differing += 1;
  }

  #addFile({ added, removed, changed, unchanged }: DataFileResult): void {
    const known = this.pages ?? { added: 0, removed: 0, changed: 0, unchanged: 0 };
    this.pages = {
      added: known.added + added,
      removed: known.removed + removed,
      changed: known.changed + changed,
      unchanged: known.unchanged + unchanged,
    };
  }

  get differingTables(): number {
    return this.#differing;
  }

  toJson(): object {
    return {
      tables: this.tables,
      differing_tables: this.#differing,
      schema_differences: this.#schemaDifferences,
      ...this.rows,
      pages: this.pages,
      other_bytes: this.otherBytes,
    };
  }
}
