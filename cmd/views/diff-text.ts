import type {
  CellValue,
  DiffEvent,
  DiffPoint,
  SchemaDifference,
  ShownCell,
  ShownRow,
  TableResult,
} from "../../core/diff/diff-event.ts";
import { formatBytes } from "../../core/kit/bytes.ts";
import { formatCount, formatCounted } from "./count-text.ts";
import type { DiffTotals } from "./diff-json.ts";
import { PageText } from "./page-text.ts";
import type { Paint } from "./paint.ts";
import { cellsOf, printable, wrapLine } from "./text-layout.ts";

/** Longer texts and binary values are abbreviated. */
const SHORT = 60;
const SHORT_BYTES = 29;

const MARKS = { added: "+", removed: "-", changed: "~" } as const;

export interface DiffTextOptions {
  readonly paint: Paint;
  /** Of the terminal. */
  readonly width: number;
  /** Ranges of pages and of bytes that are shown. */
  readonly limit?: number | undefined;
}

/** `whole`: the length of the content where the value is only its beginning. */
function textValue(text: string, whole: number | undefined): string {
  const all = Array.from(text);
  if (all.length <= SHORT && whole === undefined) return JSON.stringify(text);
  const length = formatBytes(whole ?? text.length);
  return `${JSON.stringify(all.slice(0, SHORT).join(""))}… (${length})`;
}

function binaryValue(bytes: Uint8Array, whole: number | undefined): string {
  const hex = Buffer.from(bytes.subarray(0, SHORT_BYTES)).toString("hex").toUpperCase();
  if (bytes.length <= SHORT_BYTES && whole === undefined) return `0x${hex}`;
  return `0x${hex}… (${formatBytes(whole ?? bytes.length)})`;
}

function valueText(value: CellValue, whole: number | undefined): string {
  switch (value.kind) {
    case "number":
    case "exact":
      return value.text;
    case "text":
      return textValue(value.text, whole);
    case "flag":
      return String(value.isTrue);
    case "binary":
      return binaryValue(value.bytes, whole);
    case "typed":
      return `${valueText(value.value, whole)} (${value.type})`;
    default:
      return value satisfies never;
  }
}

function cellText({ value, cut }: ShownCell): string {
  return value === null ? "NULL" : printable(valueText(value, cut?.bytes));
}

function pairsText(cells: readonly ShownCell[]): string {
  return cells.map((cell) => `${printable(cell.column)} ${cellText(cell)}`).join("  ");
}

/** A row that came or went is one paragraph; of a changed one each changed column has a line. */
function rowLines(row: ShownRow, { paint, width }: DiffTextOptions): readonly string[] {
  const { change, key, before, after, columns } = row;
  const mark = paint[change](MARKS[change]);
  if (before === null || after === null) {
    return [wrapLine(`    ${mark} ${pairsText(after ?? before ?? [])}`, width, "        ")];
  }
  const named = (cells: readonly ShownCell[], name: string) =>
    cells.find(({ column }) => column === name);
  const widest = (texts: readonly string[]) => Math.max(...texts.map(cellsOf));
  const changes = columns.map((name) => {
    const [old, now] = [named(before, name), named(after, name)];
    return {
      name: printable(name),
      old: old === undefined ? "" : cellText(old),
      now: now === undefined ? "" : cellText(now),
    };
  });
  const names = widest(changes.map(({ name }) => name));
  const olds = widest(changes.map(({ old }) => old));
  const keyCells = after.filter(({ column }) => key.includes(column));
  return [
    `    ${mark} ${pairsText(keyCells)}`,
    ...changes.map(({ name, old, now }) => {
      const gaps = [" ".repeat(names - cellsOf(name)), " ".repeat(olds - cellsOf(old))];
      return `        ${name}${gaps[0]}  ${paint.removed(old)}${gaps[1]}  ->  ${paint.added(now)}`;
    }),
  ];
}

function schemaLines(differences: readonly SchemaDifference[], paint: Paint): readonly string[] {
  if (differences.length === 0) return [];
  const lines = differences.map(({ change, kind, name, table, details }) => {
    const of = table === null ? "" : ` of ${table}`;
    const what = details.length === 0 ? "" : paint.faint(` (${printable(details.join(", "))})`);
    return `  ${paint[change](MARKS[change])} ${kind} ${printable(`${name}${of}`)}${what}`;
  });
  return [paint.strong("Schema"), ...lines, ""];
}

function pointText({ id, database, createdAt }: DiffPoint): string {
  const made =
    createdAt === null
      ? ""
      : ` of ${new Date(createdAt).toISOString().slice(0, 19).replace("T", " ")} UTC`;
  return `${id.slice(0, 12)} (${printable(database)}${made})`;
}

function countsText({
  added,
  removed,
  changed,
  unchanged,
}: Omit<TableResult, "table" | "presence" | "key">): string {
  const parts = [
    added > 0 ? `${formatCount(added)} added` : "",
    removed > 0 ? `${formatCount(removed)} removed` : "",
    changed > 0 ? `${formatCount(changed)} changed` : "",
    unchanged === null ? "" : `${formatCount(unchanged)} unchanged`,
  ];
  return parts.filter((part) => part !== "").join(", ");
}

/** Puts together what people read: a table's rows stand under its line. */
export class DiffText {
  readonly #options: DiffTextOptions;
  readonly #pages: PageText;
  #rows: ShownRow[] = [];
  #equal: string[] = [];

  constructor(options: DiffTextOptions) {
    this.#options = options;
    this.#pages = new PageText(options);
  }

  /** The text that an event makes, with a line feed at its end; empty where there is nothing to say yet. */
  add(event: DiffEvent): string {
    const { paint } = this.#options;
    switch (event.type) {
      case "points":
        return this.#points(event.before, event.after);
      case "schema":
        return schemaLines(event.differences, paint)
          .map((line) => `${line}\n`)
          .join("");
      case "rows":
        for (const row of event.rows) this.#rows.push(row);
        return "";
      case "table":
        return this.#table(event.result);
      case "pages":
      case "data_file":
      case "bytes":
      case "other_bytes":
        return this.#pages.add(event);
      default:
        return event satisfies never;
    }
  }

  #points(before: DiffPoint, after: DiffPoint): string {
    const notes = [before, after].flatMap(({ id, notes: own }) =>
      own.map((note) => `${wrapLine(`${id.slice(0, 12)}: ${note}`, this.#options.width, "  ")}\n`),
    );
    const ends = notes.length === 0 ? "" : "\n";
    return `From ${pointText(before)}\nto   ${pointText(after)}\n\n${[...new Set(notes)].join("")}${ends}`;
  }

  #table(result: TableResult): string {
    const rows = this.#rows;
    this.#rows = [];
    const { table, presence, added, removed, changed, key } = result;
    const name = this.#options.paint.strong(printable(table));
    if (presence !== "both") {
      const change = presence === "after" ? "added" : "removed";
      const holds = formatCounted(added + removed, "row");
      const where = presence === "after" ? "second" : "first";
      return `  ${this.#mark(change)} ${name}  only in the ${where} point: ${holds}\n`;
    }
    const differing = added + removed + changed;
    if (differing === 0) {
      this.#equal.push(table);
      return "";
    }
    const keyless =
      key === null ? "; it has no unique key, so a changed row counts as removed and added" : "";
    const more =
      differing > rows.length && rows.length > 0
        ? [
            this.#options.paint.faint(
              `    … and ${formatCount(differing - rows.length)} more; -limit says how many are shown`,
            ),
          ]
        : [];
    return [
      `  ${this.#mark("changed")} ${name}  ${countsText(result)}${keyless}`,
      ...rows.flatMap((row) => rowLines(row, this.#options)),
      ...more,
      "",
    ]
      .map((line) => `${line}\n`)
      .join("");
  }

  #mark(change: keyof typeof MARKS): string {
    return this.#options.paint[change](MARKS[change]);
  }

  /** The last lines. */
  end(totals: DiffTotals): string {
    const { rows, tables, differingTables } = totals;
    if (totals.otherBytes !== null) return this.#pages.end(totals);
    const same =
      this.#equal.length === 0
        ? ""
        : `${formatCounted(this.#equal.length, "table")} with equal rows.\n`;
    if (differingTables === 0) {
      const count = rows.unchanged === null ? "" : `, ${formatCounted(rows.unchanged, "row")}`;
      return `No rows differ: ${formatCounted(tables, "table")}${count}.\n`;
    }
    return `${same}Of ${formatCounted(tables, "table")} ${formatCount(differingTables)} ${differingTables === 1 ? "differs" : "differ"}: ${countsText(rows)}.\n`;
  }
}
