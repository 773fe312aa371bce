import {
  type ImportCommand,
  type ImportReport,
  importBackups,
  requireTimezone,
} from "../../core/operations/import-backup.ts";
import { importListing } from "../../core/operations/import-listing.ts";
import { formatImport } from "../views/import-text.ts";
import type { Command } from "./command.ts";
import { type Flags, usageError } from "./flags.ts";
import { withProgress } from "./task-view.ts";
import { JSON_FLAG, printJson, tableWidth } from "./tell.ts";

const TYPES = ["full", "differential", "log"] as const;

export const command: Command = {
  name: "import-backup",
  summary: "Take existing backup files into a vault",
  usage: "FILE|FOLDER... -vault VAULT [-timezone ZONE] [-dry-run] [-json]",
  description:
    "Reads .bak and .trn files of SQL Server without a server, holds their headers and pages against their checksums, joins stripes, and keeps each backup set as a recovery point, byte for byte and deduplicated. Says which backups follow each other and to which moments they lead. A backup set that the vault holds already is left alone, so the command can be run again. Compressed and encrypted files are kept as they are when -database and -type say what they hold.",
  flags: [
    {
      name: "vault",
      kind: "value",
      placeholder: "VAULT",
      description: "The vault, by address or name.",
    },
    {
      name: "timezone",
      kind: "value",
      placeholder: "ZONE",
      description:
        "The clock of the server that wrote the files, such as Europe/Berlin. Backup files keep local times and no zone. Default: UTC.",
    },
    {
      name: "database",
      kind: "value",
      placeholder: "NAME",
      description: "The database of compressed or encrypted files.",
    },
    {
      name: "type",
      kind: "value",
      placeholder: "TYPE",
      description: "Of such files: full, differential or log.",
    },
    { name: "dry-run", kind: "switch", description: "Read and check only; keep nothing." },
    JSON_FLAG,
  ],
  most: Number.POSITIVE_INFINITY,
  emptySummary: { backups: [], chains: [], refused: [] },
  examples: [
    "holdfast import-backup -dry-run -vault main /backups/orders",
    "holdfast import-backup -vault main -timezone Europe/Berlin orders.bak orders_1.trn",
  ],
  async run(flags, context) {
    const isJson = flags.isOn("json");
    const wanted = commandOf(flags);
    const report = await withProgress(isJson ? "json_lines" : "people", context, (ports) =>
      importBackups(wanted, ports),
    );
    const listing = importListing(report, wanted.timezone);
    const exit = exitOf(report);
    const status = exit === 0 ? "successful" : exit === 3 ? "successful_with_errors" : "failed";
    const summary = { type: "summary", status, cancelled: false, dry_run: wanted.dryRun };
    if (isJson) printJson({ ...summary, ...listing }, context);
    else context.stdout(formatImport(listing, tableWidth(context)));
    return exit;
  },
};

function commandOf(flags: Flags): ImportCommand {
  const vault = flags.value("vault");
  const timezone = flags.value("timezone") ?? "UTC";
  const dryRun = flags.isOn("dry-run");
  if (flags.positionals.length === 0) throw usageError("import-backup needs a file or a folder.");
  if (vault === undefined && !dryRun) throw usageError("import-backup needs -vault VAULT.");
  requireTimezone(timezone);
  return {
    vault: vault ?? "",
    paths: flags.positionals,
    timezone,
    dryRun,
    sealed: sealedOf(flags),
  };
}

function sealedOf(flags: Flags): ImportCommand["sealed"] {
  const [database, text] = [flags.value("database"), flags.value("type")];
  if (database === undefined && text === undefined) return undefined;
  const type = TYPES.find((each) => each === text);
  if (database === undefined || database === "" || type === undefined) {
    throw usageError(
      "Compressed and encrypted files need both -database NAME and -type full, differential or log.",
    );
  }
  return { database, type };
}

/** 3: some files were left out. 1: all of them. */
function exitOf({ backups, refused }: ImportReport): number {
  const left = refused.length + backups.filter(({ outcome }) => outcome === "incomplete").length;
  const taken = backups.filter(({ outcome }) => outcome !== "incomplete").length;
  if (left === 0) return 0;
  return taken === 0 ? 1 : 3;
}
