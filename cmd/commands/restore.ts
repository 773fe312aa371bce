import { listPoints } from "../../core/operations/list-points.ts";
import type { Ports } from "../../core/operations/ports.ts";
import {
  previewRestore,
  type RestoreCommand,
  restorePoint,
} from "../../core/operations/restore.ts";
import { formatPoints } from "../views/points-text.ts";
import { rehydrationFacts, rehydrationToJson } from "../views/rehydration-text.ts";
import { previewFacts, restoredLine, shortfallLines } from "../views/restore-text.ts";
import { formatTable } from "../views/table.ts";
import { wrapText } from "../views/text-layout.ts";
import { AT_FLAG } from "./at-flag.ts";
import type { Command, CommandContext } from "./command.ts";
import { exitOfStatus } from "./exit-code.ts";
import { type Flags, usageError } from "./flags.ts";
import { REHYDRATE_FLAG, rehydrateBy } from "./rehydrate-flag.ts";
import { diagnosticsHost, JSON_FLAG, openProgress, printJson, tableWidth } from "./tell.ts";

export const command: Command = {
  name: "restore",
  summary: "Restore a recovery point as a new database",
  usage:
    "[POINT | SET] -to SERVER -as NAME [-at TIME] [-database NAME] [-tables LIST [-into-schema NAME]] [-enable-tde] [-rehydrate[=high]] [-dry-run] [-json]",
  description:
    "Restores one recovery point, with all that it needs, under a name that no database has yet. POINT is an id or a unique beginning of one. With -at it goes to a moment instead: any between two points of change data capture, else only that of a point; SET and -database say of which database where there are several. Without both, on a terminal, it lists the points and asks. With -tables and -into-schema the tables come back beside others, into a schema of the database -as NAME, which is in use: nothing that is there is overwritten. A restore that fails leaves nothing behind.",
  flags: [
    { ...AT_FLAG, description: `The moment to restore to: ${AT_FLAG.description}` },
    {
      name: "database",
      kind: "value",
      placeholder: "NAME",
      description: "With -at: the database, by the name under which its points are listed.",
    },
    {
      name: "tables",
      kind: "value",
      placeholder: "LIST",
      description:
        "Only these tables, with their indexes and constraints: dbo.Orders,dbo.Line*, separated by commas.",
    },
    {
      name: "into-schema",
      kind: "value",
      placeholder: "NAME",
      description:
        "With -tables: the schema of the existing database -as NAME that they come back into; made where it is missing.",
    },
    {
      name: "enable-tde",
      kind: "switch",
      description: "Encrypt the new database (transparent data encryption).",
    },
    {
      name: "to",
      kind: "value",
      placeholder: "SERVER",
      description: "The server, by address or name.",
    },
    {
      name: "as",
      kind: "value",
      placeholder: "NAME",
      description: "The name of the new database; with -into-schema, of one that is there.",
    },
    {
      name: "dry-run",
      kind: "switch",
      description: "Show what would be restored; touch no server.",
    },
    REHYDRATE_FLAG,
    JSON_FLAG,
  ],
  most: 1,
  emptySummary: { job: null, bytes_read: 0, inventory: [], tables: [], not_restored: [] },
  examples: [
    "holdfast points",
    "holdfast restore 4f1c9a -to orders -as Orders_check",
    "holdfast restore -at 2026-02-13T11:00:00Z -database Orders -to orders -as Orders_eleven",
    "holdfast restore 4f1c9a -to orders -as Orders_lines -tables dbo.Line*,dbo.Order",
    "holdfast restore 4f1c9a -to orders -as Orders -tables dbo.Line -into-schema recovered",
    "holdfast restore",
  ],
  async run(flags, context) {
    const isJson = flags.isOn("json");
    const quiet = await context.ports(diagnosticsHost(isJson, context));
    const rehydrate = rehydrateBy(flags);
    const chosen = { ...(await choose(flags, quiet, context)), rehydrate };
    if (flags.isOn("dry-run")) return preview(chosen, quiet, { context, isJson });
    await using progress = await openProgress(isJson, context);
    const restored = await restorePoint(chosen, await context.ports(progress.host));
    await progress[Symbol.asyncDispose]();
    if (isJson) printJson(summaryOf(chosen, restored), context);
    else if (restored.job.status === "successful") tellRestored(chosen, restored, context);
    return exitOfStatus(restored.job.status);
  },
};

type Restored = Awaited<ReturnType<typeof restorePoint>>;

function summaryOf({ as, into }: RestoreCommand, restored: Restored) {
  const { job, server, of, inventory, tables, shortfalls, point, at } = restored;
  return {
    type: "summary",
    status: job.status === "successful" ? "successful" : "failed",
    cancelled: job.status === "cancelled",
    job: job.id,
    server,
    database: as,
    ...schemaOf(into),
    ...backedUpAs(of),
    point,
    ...momentOf(at),
    bytes_read: job.bytesRead,
    inventory,
    tables,
    not_restored: shortfalls,
  };
}

function schemaOf(into: string | undefined) {
  return into === undefined ? {} : { schema: into };
}

function momentOf(at: number | null) {
  return at === null ? {} : { at: new Date(at).toISOString() };
}

function tellRestored(
  { as, into }: RestoreCommand,
  restored: Restored,
  context: CommandContext,
): void {
  const width = Math.min(context.terminal.columns, 100) - 1;
  const lines = wrapText(
    restoredLine({ database: as, into }, { ...restored.of, at: restored.at }, restored.inventory),
    width,
  );
  context.stdout(`\n${lines.join("\n")}\n`);
  tellShortfalls(restored.shortfalls, context);
}

function backedUpAs({ backedUpAs: former }: Restored["of"]) {
  return former === null ? {} : { backed_up_as: former };
}

async function choose(
  flags: Flags,
  ports: Ports,
  context: CommandContext,
): Promise<RestoreCommand> {
  const [subject] = flags.positionals;
  const [at, database] = [flags.value("at"), flags.value("database")];
  const encrypt = flags.isOn("enable-tde");
  if (database !== undefined && at === undefined) {
    throw usageError("-database goes with -at; a recovery point is of one database.");
  }
  if (subject !== undefined || at !== undefined) {
    const to = flags.required("to", "the server to restore to");
    const as = flags.required("as", "the name of the new database");
    const wish = { to, as, encrypt, tables: tablesOf(flags), into: intoOf(flags) };
    if (at === undefined) return { point: subject, ...wish };
    return { at, database, backupSet: subject, ...wish };
  }
  if (!context.terminal.input || flags.isOn("json")) {
    throw usageError(
      "restore needs a recovery point where nobody can be asked: list them with holdfast points, then holdfast restore POINT -to SERVER -as NAME.",
    );
  }
  return askFor(flags, ports, context);
}

/** The schema of a database in use: for tables, and for nothing that a database has as a whole. */
function intoOf(flags: Flags): string | undefined {
  const into = flags.value("into-schema");
  if (into === undefined) return undefined;
  if (into.trim() === "") throw usageError("-into-schema takes the name of a schema.");
  if (flags.value("tables") === undefined) {
    throw usageError(
      "-into-schema goes with -tables: name the tables that are to come back, -tables '*' for all.",
    );
  }
  if (flags.isOn("enable-tde")) {
    throw usageError(
      "-enable-tde is for a new database, and -into-schema restores into one in use.",
    );
  }
  return into;
}

function tablesOf(flags: Flags): readonly string[] | undefined {
  const list = flags.value("tables");
  if (list === undefined) return undefined;
  const tables = list.split(",").map((table) => table.trim());
  if (tables.every((table) => table !== "")) return tables;
  throw usageError("-tables takes names of tables with commas between them: dbo.Orders,dbo.Line*.");
}

/** Lists the warm points and asks for one. */
async function askFor(
  flags: Flags,
  ports: Ports,
  context: CommandContext,
): Promise<RestoreCommand> {
  const listing = await listPoints({}, ports);
  const points = listing.recovery_points.filter(({ tier }) => tier !== "cold");
  if (points.length === 0)
    throw usageError(
      "There is no recovery point to restore yet: make one with holdfast backup SET.",
    );
  context.stdout(formatPoints({ ...listing, recovery_points: points }, tableWidth(context)));
  const newest = points.at(-1);
  const point = await askOr(context, "Recovery point", newest?.id.slice(0, 12) ?? "");
  const picked = points.find(({ id }) => id.startsWith(point)) ?? newest;
  const to = flags.value("to") ?? (await askOr(context, "To which server", picked?.server ?? ""));
  const into = intoOf(flags);
  const as = flags.value("as") ?? (await askName(picked?.database ?? "", into, context));
  const chosen = {
    point,
    to,
    as,
    encrypt: flags.isOn("enable-tde"),
    tables: tablesOf(flags),
    into,
  };
  tellShortfalls((await previewRestore(chosen, ports)).shortfalls, context);
  return chosen;
}

function askName(
  database: string,
  into: string | undefined,
  context: CommandContext,
): Promise<string> {
  return into === undefined
    ? askOr(context, "Name of the new database", `${database}_restored`)
    : askOr(context, "Into which database", database);
}

async function askOr(context: CommandContext, question: string, usual: string): Promise<string> {
  const answer = (await context.ask(`${question} [${usual}]: `)).trim();
  return answer === "" ? usual : answer;
}

async function preview(
  chosen: RestoreCommand,
  ports: Ports,
  { context, isJson }: { context: CommandContext; isJson: boolean },
): Promise<number> {
  const previewed = await previewRestore(chosen, ports);
  const { point, server, database, tables, rows, bytes, archived, shortfalls, at } = previewed;
  const of = { database: point.database, backedUpAs: previewed.backedUpAs };
  if (isJson) {
    printJson(
      {
        type: "summary",
        status: "successful",
        dry_run: true,
        point: point.id,
        points: previewed.points.map(({ id }) => id),
        ...momentOf(at),
        server,
        database,
        ...schemaOf(chosen.into),
        ...backedUpAs(of),
        tables,
        rows,
        bytes,
        not_restored: shortfalls,
        rehydration: rehydrationToJson(archived, chosen.rehydrate),
      },
      context,
    );
    return 0;
  }
  const facts = [
    ...previewFacts({ ...previewed, into: chosen.into }, of),
    ...rehydrationFacts(archived, chosen.rehydrate),
  ];
  context.stdout(
    formatTable(facts, [
      { title: "Dry run", cell: ({ name }) => name },
      { title: "", cell: ({ value }) => value },
    ]),
  );
  tellShortfalls(shortfalls, context);
  return 0;
}

function tellShortfalls(shortfalls: Restored["shortfalls"], context: CommandContext): void {
  if (shortfalls.length === 0) return;
  const width = Math.min(context.terminal.columns, 100) - 1;
  const lines = ["", "Not as it was:", "", ...shortfallLines(shortfalls, width)];
  context.stdout(`${lines.join("\n")}\n`);
}
