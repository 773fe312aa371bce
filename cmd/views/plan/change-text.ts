import type { ChangeAction, ResourceChange } from "../../../core/plan/plan.ts";
import { isResourceType, RESOURCES } from "../../../schemas/blocks/resources.ts";
import type { Paint } from "../paint.ts";
import { type Mark, type Row, rowsOf } from "./body-rows.ts";

const SYMBOLS: Readonly<Record<ChangeAction, string>> = {
  "no-op": "   ",
  create: "  +",
  update: "  ~",
  replace: "-/+",
  delete: "  -",
};

const SENTENCES: Readonly<Record<ChangeAction, string>> = {
  "no-op": "stays as it is",
  create: "will be created",
  update: "will be updated in place",
  replace: "must be replaced",
  delete: "will be destroyed",
};

/** One object of a plan as a block with its marks. */
export function formatChange(change: ResourceChange, paint: Paint): string {
  const { address, action, type, name } = change;
  const full = change.runFull ? ", and a full backup runs (-replace)" : "";
  const reasons = change.replaceReasons.map(({ path, why }) => `\n  #   ${path.join(".")}: ${why}`);
  const comment = paint.strong(`  # ${address} ${SENTENCES[action]}${full}${reasons.join("")}`);
  if (action === "no-op") return comment;
  const schema = isResourceType(type) ? RESOURCES[type] : { arguments: {} };
  const header = `${paintSymbol(action, paint)} ${type} ${JSON.stringify(name)} {`;
  const rows = formatRows(rowsOf(change, schema), { depth: 3, paint });
  return [comment, header, ...rows, "    }"].join("\n");
}

function paintSymbol(action: ChangeAction, paint: Paint): string {
  if (action === "replace") return `${paint.removed("-")}/${paint.added("+")}`;
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

/** Equals signs of neighbouring arguments stand under each other; nested blocks follow after a blank line. */
function formatRows(rows: readonly Row[], { depth, paint }: Layout): readonly string[] {
  const indent = "  ".repeat(depth);
  const width = Math.max(0, ...rows.map((row) => (row.kind === "argument" ? row.name.length : 0)));
  const lead = (mark: Mark) => `${indent}${paintMark(mark, mark, paint)} `;
  const note = (text: string | undefined) =>
    text === undefined ? "" : paint.removed(` # ${text}`);
  return rows.flatMap((row, index) => {
    if (row.kind === "argument") {
      return [`${lead(row.mark)}${row.name.padEnd(width)} = ${row.text}${note(row.note)}`];
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
