import { formatBytes } from "../../core/kit/bytes.ts";
import { listPoints } from "../../core/operations/list-points.ts";
import type { Ports } from "../../core/operations/ports.ts";
import {
  previewRestore,
  type RestoreCommand,
  restorePoint,
} from "../../core/operations/restore.ts";
import { formatCounted } from "../views/count-text.ts";
import { formatPoints } from "../views/points-text.ts";
import { rehydrationFacts, rehydrationToJson } from "../views/rehydration-text.ts";
import { formatTable } from "../views/table.ts";
import { wrapText } from "../views/text-layout.ts";
import type { Command, CommandContext } from "./command.ts";
import { exitOfStatus } from "./exit-code.ts";
import { type Flags, usageError } from "./flags.ts";
import { REHYDRATE_FLAG, rehydrateBy } from "./rehydrate-flag.ts";
import { diagnosticsHost, JSON_FLAG, openProgress, printJson, tableWidth } from "./tell.ts";

export const command: Command = {
  name: "restore",
  summary: "Restore a recovery point as a new database",
  usage: "[POINT] -to SERVER -as NAME [-rehydrate[=high]] [-dry-run] [-json]",
  description:
    "Restores one recovery point under a name that no database has yet. POINT is an id or a unique beginning of one. Without a point, on a terminal, it lists the points and asks. A restore that fails leaves no database behind.",
  flags: [
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
      description: "The name of the new database.",
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
  emptySummary: { job: null, bytes_read: 0, inventory: [] },
  examples: [
    "holdfast points",
    "holdfast restore 4f1c9a -to orders -as Orders_check",
    "holdfast restore",
  ],
  async run(flags, context) {
    const isJson = flags.isOn("json");
    const quiet = await context.ports(diagnosticsHost(isJson, context));
    const rehydrate = rehydrateBy(flags);
    const chosen = { ...(await choose(flags, quiet, context)), rehydrate };
    if (flags.isOn("dry-run")) return preview(chosen, quiet, { context, isJson });
    await using progress = await openProgress(isJson, context);
    const { job, inventory, server, of } = await restorePoint(
      chosen,
      await context.ports(progress.host),
    );
    await progress[Symbol.asyncDispose]();
    if (isJson) {
      const status = job.status === "successful" ? "successful" : "failed";
      const facts = {
        job: job.id,
        server,
        database: chosen.as,
        ...backedUpAs(of),
        bytes_read: job.bytesRead,
        inventory,
      };
      printJson(
        { type: "summary", status, cancelled: job.status === "cancelled", ...facts },
        context,
      );
    } else if (job.status === "successful") {
      const holds = inventory
        .map(({ kind, count }) => formatCounted(count, kind.replaceAll("_", " ")))
        .join(", ");
      const text = `Restored${formerNames(of)} as ${chosen.as}. It holds ${holds}.`;
      const lines = wrapText(text, Math.min(context.terminal.columns, 100) - 1);
      context.stdout(`\n${lines.join("\n")}\n`);
    }
    return exitOfStatus(job.status);
  },
};

type Origin = Awaited<ReturnType<typeof restorePoint>>["of"];

/** `Shop, called Sales when it was backed up`. */
function calledThen({ database, backedUpAs: former }: Origin): string {
  return former === null ? database : `${database}, called ${former} when it was backed up,`;
}

function formerNames(of: Origin): string {
  return of.backedUpAs === null ? "" : ` ${calledThen(of)}`;
}

function backedUpAs({ backedUpAs: former }: Origin) {
  return former === null ? {} : { backed_up_as: former };
}

async function choose(
  flags: Flags,
  ports: Ports,
  context: CommandContext,
): Promise<RestoreCommand> {
  const [point] = flags.positionals;
  if (point !== undefined) {
    const to = flags.required("to", "the server to restore to");
    return { point, to, as: flags.required("as", "the name of the new database") };
  }
  if (!context.terminal.input || flags.isOn("json")) {
    throw usageError(
      "restore needs a recovery point where nobody can be asked: list them with holdfast points, then holdfast restore POINT -to SERVER -as NAME.",
    );
  }
  return askFor(flags, ports, context);
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
  const as =
    flags.value("as") ??
    (await askOr(context, "Name of the new database", `${picked?.database ?? ""}_restored`));
  return { point, to, as };
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
  const { point, server, database, tables, rows, bytes, archived } = previewed;
  const of = { database: point.database, backedUpAs: previewed.backedUpAs };
  if (isJson) {
    printJson(
      {
        type: "summary",
        status: "successful",
        dry_run: true,
        point: point.id,
        server,
        database,
        ...backedUpAs(of),
        tables,
        rows,
        bytes,
        rehydration: rehydrationToJson(archived, chosen.rehydrate),
      },
      context,
    );
    return 0;
  }
  const facts = [
    { name: "Recovery point", value: point.id },
    { name: "Of database", value: `${calledThen(of)} on ${point.server}` },
    {
      name: "Made",
      value: point.createdAt === null ? "" : new Date(point.createdAt).toISOString(),
    },
    { name: "New database", value: `${database} on ${server}` },
    {
      name: "Holds",
      value: `${formatCounted(tables, "table")}, ${formatCounted(rows, "row")}, ${formatBytes(bytes)}`,
    },
    ...rehydrationFacts(archived, chosen.rehydrate),
  ];
  context.stdout(
    formatTable(facts, [
      { title: "Dry run", cell: ({ name }) => name },
      { title: "", cell: ({ value }) => value },
    ]),
  );
  return 0;
}
