import { formatDatabase } from "../../../core/plan/database-renames.ts";
import type { ChangeAction, DatabaseRename, ResourceChange } from "../../../core/plan/plan.ts";
import { recordedSchema } from "../../../schemas/blocks/recorded.ts";
import { formatCounted } from "../count-text.ts";
import type { Paint } from "../paint.ts";
import { printable } from "../text-layout.ts";
import { type Mark, type Row, rowsOf } from "./body-rows.ts";
import type { LongDifference } from "./long-difference.ts";

const SYMBOLS: Readonly<Record<ChangeAction, string>> = {
  "no-op": "   ",
  create: "  +",
  update: "  ~",
  replace: "-/+",
  delete: "  -",
  forget: "   ",
  import: "   ",
};

const SENTENCES: Readonly<Record<ChangeAction, string>> = {
  "no-op": "stays as it is",
  create: "will be created",
  update: "will be updated in place",
  replace: "must be replaced",
  delete: "will be destroyed",
  forget: "will no longer be managed by Holdfast, but will not be destroyed",
  import: "will be imported",
};

/** One object of a plan as a block with its marks. */
export function formatChange(change: ResourceChange, paint: Paint): string {
  const { action, type, name } = change;
  const comment = paint.strong(
    commentLines(change)
      .map((line) => `  # ${line}`)
      .join("\n"),
  );
  const isComment = action === "no-op" && change.previousAddress === null;
  if (isComment || action === "forget") return comment;
  const schema = recordedSchema(type);
  const header = `${paintSymbol(change, paint)} ${type} ${JSON.stringify(name)} {`;
  const rows = formatRows(rowsOf(shownWhole(change), schema), { depth: 3, paint });
  return [comment, header, ...rows, "    }"].join("\n");
}

/** A database that has another name now: its recovery points follow. */
export function formatDatabaseRename(
  { server, from, to, points }: DatabaseRename,
  paint: Paint,
): string {
  const [before, now] = [from, to].map((name) => printable(formatDatabase(server, name)));
  return paint.strong(
    `  # ${before} has moved to ${now}
  # (with its ${formatCounted(points, "recovery point")})`,
  );
}

/** Nothing of an import differs, and all of it is shown. */
function shownWhole(change: ResourceChange): ResourceChange {
  return change.importing === undefined ? change : { ...change, changed: [[]] };
}

const KEPT_BY_AZURE =
  "(nothing in Azure changes: it keeps its own backups for as long as it is set now)";
const FORGOTTEN = "(destroy = false is set in the configuration)";

function commentLines(change: ResourceChange): readonly string[] {
  const { action, previousAddress, runFull, replaceReasons, importing } = change;
  const address = printable(change.address);
  const full = runFull ? ", and a full backup runs (-replace)" : "";
  const reasons = replaceReasons.map(
    ({ path, why }) => `  ${path.length === 0 ? "" : `${path.join(".")}: `}${printable(why)}`,
  );
  const isBondOnly = action === "update" && change.changed.length === 0;
  const bonds = isBondOnly ? ["  only its dependencies, its protection or what is hidden"] : [];
  const origin =
    importing && `(from ${JSON.stringify(printable(importing.id))}: ${printable(importing.found)})`;
  const last = action === "forget" ? FORGOTTEN : origin;
  const isLeft = action === "delete" && change.type === "azure_retention";
  const ended = [...endedText(change.captures), ...(isLeft ? [KEPT_BY_AZURE] : [])];
  const rest = [...reasons, ...bonds, ...ended, ...(last === undefined ? [] : [last])];
  if (previousAddress === null) return [`${address} ${SENTENCES[action]}${full}`, ...rest];
  const from = printable(previousAddress);
  if (action === "no-op") return [`${from} has moved to ${address}${full}`];
  return [`${address} ${SENTENCES[action]}${full}`, `(moved from ${from})`, ...rest];
}

function endedText(captures: ResourceChange["captures"] = []): readonly string[] {
  if (captures.length === 0) return [];
  const databases = formatCounted(captures.length, "database");
  return [`(change data capture, which its backups enabled, is disabled in ${databases} first)`];
}

function paintSymbol({ action, createBeforeDestroy }: ResourceChange, paint: Paint): string {
  if (action === "replace") {
    const [first, second] = [paint.removed("-"), paint.added("+")];
    return createBeforeDestroy ? `${second}/${first}` : `${first}/${second}`;
  }
  const symbol = SYMBOLS[action];
  return paintMark(symbol.slice(-1) as Mark, symbol, paint);
}

function paintMark(mark: Mark, text: string, paint: Paint): string {
  switch (mark) {
    case "+":
      return paint.added(text);
    case "-":
      return paint.removed(text);
    case "~":
      return paint.changed(text);
    case " ":
      return text;
    default:
      return mark satisfies never;
  }
}

interface Layout {
  /** Two columns each. */
  readonly depth: number;
  readonly paint: Paint;
}

interface LongLayout extends Layout {
  readonly head: string;
  readonly note: string;
}

/** A long value by its pieces, between its brackets. */
function formatLong(
  { brackets, pieces, kept }: LongDifference,
  { head, note, depth, paint }: LongLayout,
): readonly string[] {
  const [open, close] = brackets;
  const indent = "  ".repeat(depth + 2);
  const noun =
    close === "]" ? (kept === 1 ? "element" : "elements") : kept === 1 ? "line" : "lines";
  const rest = `${indent}  # (${kept} unchanged ${noun} not shown)`;
  const comma = close === "]" ? "," : "";
  return [
    `${head}${open}${note}`,
    ...pieces.map(({ mark, text }) => `${indent}${paintMark(mark, mark, paint)} ${text}${comma}`),
    ...(kept > 0 ? [paint.faint(rest)] : []),
    `${"  ".repeat(depth + 1)}${close}`,
  ];
}

/** Equals signs of neighbouring arguments stand under each other; nested blocks follow after a blank line. */
function formatRows(rows: readonly Row[], { depth, paint }: Layout): readonly string[] {
  const indent = "  ".repeat(depth);
  const width = Math.max(0, ...rows.map((row) => (row.kind === "argument" ? row.name.length : 0)));
  const lead = (mark: Mark) => `${indent}${paintMark(mark, mark, paint)} `;
  const note = (text: string | undefined) =>
    text === undefined ? "" : paint.removed(` # ${text}`);
  return rows.flatMap((row, index) => {
    if (row.kind === "argument") {
      const head = `${lead(row.mark)}${row.name.padEnd(width)} = `;
      if (row.long === undefined) return [`${head}${row.text}${note(row.note)}`];
      return formatLong(row.long, { head, note: note(row.note), depth, paint });
    }
    if (row.kind === "hidden") {
      const noun = row.count === 1 ? "argument or block" : "arguments or blocks";
      return [paint.faint(`${indent}  # (${row.count} unchanged ${noun} not shown)`)];
    }
    const open = `${lead(row.mark)}${row.header} {`;
    const gap = index === 0 ? [] : [""];
    if (row.rows.length === 0) return [...gap, `${open}}${note(row.note)}`];
    const body = formatRows(row.rows, { depth: depth + 2, paint });
    return [...gap, `${open}${note(row.note)}`, ...body, `${indent}  }`];
  });
}
