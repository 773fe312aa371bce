import { formatBytes } from "../../core/kit/bytes.ts";
import { formatCounted } from "./count-text.ts";
import { wrapText } from "./text-layout.ts";

/** Whose points they were. */
export interface RestoredOrigin {
  readonly database: string;
  /** Null where it has that name still. */
  readonly backedUpAs: string | null;
}

export interface ShortfallRow {
  readonly kind: string;
  readonly text: string;
  readonly remedy: string | null;
}

interface PreviewRow {
  readonly point: {
    readonly id: string;
    readonly server: string;
    readonly createdAt: number | null;
  };
  readonly points: readonly unknown[];
  readonly at: number | null;
  readonly server: string;
  readonly database: string;
  /** The schema of a database in use that it goes into. */
  readonly into?: string | undefined;
  readonly tables: number;
  readonly rows: number;
  readonly bytes: number;
}

/** `Shop, called Sales when it was backed up`. */
function calledThen({ database, backedUpAs }: RestoredOrigin): string {
  return backedUpAs === null
    ? database
    : `${database}, called ${backedUpAs} when it was backed up,`;
}

function iso(instant: number | null): string {
  return instant === null ? "" : new Date(instant).toISOString();
}

/** Names and values of what a restore would do. */
export function previewFacts(preview: PreviewRow, of: RestoredOrigin) {
  const { point, points, at, server, database, into, tables, rows, bytes } = preview;
  const more = points.length - 1;
  // What is read of points of changes: rows of the full, and those that changes tell of.
  const held = `${formatCounted(rows, "row")}${more === 0 ? "" : " and changes"}`;
  const moment = at === null ? [] : [{ name: "Moment", value: iso(at) }];
  return [
    { name: "Recovery point", value: point.id },
    ...(more === 0 ? [] : [{ name: "Needs", value: `${formatCounted(more, "point")} before it` }]),
    { name: "Of database", value: `${calledThen(of)} on ${point.server}` },
    { name: "Made", value: iso(point.createdAt) },
    ...moment,
    into === undefined
      ? { name: "New database", value: `${database} on ${server}` }
      : { name: "Into schema", value: `${into} of ${database} on ${server}` },
    {
      name: more === 0 ? "Holds" : "Reads",
      value: `${formatCounted(tables, "table")}, ${held}, ${formatBytes(bytes)}`,
    },
  ];
}

/** `Restored as Copy. It holds 2 tables.` */
export function restoredLine(
  { database, into }: { readonly database: string; readonly into?: string | undefined },
  of: RestoredOrigin & { readonly at: number | null },
  inventory: readonly { readonly kind: string; readonly count: number }[],
): string {
  const holds = inventory
    .map(({ kind, count }) => formatCounted(count, kind.replaceAll("_", " ")))
    .join(", ");
  const former = of.backedUpAs === null ? "" : ` ${calledThen(of)}`;
  const moment = of.at === null ? "" : `, as of ${iso(of.at)}`;
  if (into === undefined) return `Restored${former} as ${database}${moment}. It holds ${holds}.`;
  return `Restored${former} into schema ${into} of ${database}${moment}: ${holds}.`;
}

/** What does not come back as it was, a paragraph each; T-SQL that mends it in lines of its own. */
export function shortfallLines(
  shortfalls: readonly ShortfallRow[],
  width: number,
): readonly string[] {
  return shortfalls.flatMap(({ text, remedy }) => [
    ...wrapText(text, width - 2).map((line, at) => `${at === 0 ? "- " : "  "}${line}`),
    ...(remedy === null ? [] : [`    ${remedy}`]),
  ]);
}
