import { diffPoints } from "../../core/operations/diff.ts";
import { DiffTotals, diffToJson } from "../views/diff-json.ts";
import { DiffText } from "../views/diff-text.ts";
import type { Command, CommandContext } from "./command.ts";
import { type Flags, usageError } from "./flags.ts";
import { diagnosticsHost, JSON_FLAG, paintOf, printJson } from "./tell.ts";

/** Rows of each table that people are shown. */
const SHOWN_TO_PEOPLE = 20;

export const command: Command = {
  name: "diff",
  summary: "Show the rows or pages that differ between two recovery points",
  usage: "POINT POINT [-table TABLE] [-limit ROWS|all] [-json]",
  description:
    "Compares two recovery points without a server. Of points of the methods snapshot, isolated_copy and cdc: rows that were added, removed and changed from the first to the second, and what differs in the schema. Changes of a cdc point are put upon the rows that they belong to; only stretches of tables that differ are read. Rows are matched by the clustered key where it is unique, else by the primary or another unique key; a table without one is compared as a heap of rows. All rows that differ are counted; shown are 20 of each table, with -json all of them. The values are those of your tables. Of two imported backups in one vault: the pages of data files that differ, and ranges of other bytes; of compressed and encrypted files only ranges of bytes can be told.",
  flags: [
    {
      name: "table",
      kind: "value",
      placeholder: "TABLE",
      description: "Compare only this table: dbo.Orders, or Orders where one table has that name.",
    },
    {
      name: "limit",
      kind: "value",
      placeholder: "ROWS",
      description:
        "Show so many rows of each table, or ranges of pages, at most; 0 only counts, all shows every one.",
    },
    JSON_FLAG,
  ],
  most: 2,
  emptySummary: new DiffTotals().toJson() as Readonly<Record<string, unknown>>,
  examples: [
    "holdfast diff 4f1c9a 77ab03",
    "holdfast diff 4f1c9a 77ab03 -table dbo.Orders -limit all",
    "holdfast diff 4f1c9a 77ab03 -json",
  ],
  async run(flags, context) {
    const isJson = flags.isOn("json");
    const [before, after] = flags.positionals;
    if (before === undefined || after === undefined) {
      throw usageError("diff needs two recovery points: holdfast diff POINT POINT.");
    }
    const limit = limitOf(flags, isJson);
    const wanted = { before, after, table: flags.value("table"), limit };
    const events = diffPoints(wanted, await context.ports(diagnosticsHost(isJson, context)));
    const totals = new DiffTotals();
    const text = new DiffText({ paint: paintOf(context), width: widthOf(context), limit });
    for await (const event of events) {
      totals.add(event);
      if (isJson) for (const line of diffToJson(event)) printJson(line, context);
      else context.stdout(text.add(event));
    }
    if (isJson) printJson({ type: "summary", status: "successful", ...totals.toJson() }, context);
    else context.stdout(text.end(totals));
    return 0;
  },
};

function limitOf(flags: Flags, isJson: boolean): number {
  const text = flags.value("limit");
  if (text === undefined) return isJson ? Number.POSITIVE_INFINITY : SHOWN_TO_PEOPLE;
  if (text === "all") return Number.POSITIVE_INFINITY;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw usageError(`-limit=${text} is not a number of rows. Write -limit 100, or -limit all.`);
}

function widthOf({ terminal }: CommandContext): number {
  return terminal.output ? terminal.columns : Number.POSITIVE_INFINITY;
}
