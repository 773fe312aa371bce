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
  usage: "FILE|FOLDER... -vault VAULT|-set SET [-timezone ZONE] [-layout ola] [-dry-run] [-json]",
  description:
    "Reads .bak and .trn files of SQL Server without a server, holds their headers and pages against their checksums, joins stripes, and keeps each backup set as a recovery point, byte for byte and deduplicated. Says which backups follow each other and to which moments they lead. A backup set that the vault holds already is left alone, so the command can be run again. With -set they belong to that backup set, whose retention decides about them from then on; without it they belong to nobody and nothing purges them, and a later run with -set gives them to it. Compressed and encrypted files are kept as they are when -database and -type say what they hold, or -layout ola that their folders do.",
  flags: [
    {
      name: "vault",
      kind: "value",
      placeholder: "VAULT",
      description: "The vault, by address or name.",
    },
    {
      name: "set",
      kind: "value",
      placeholder: "SET",
      description: "The backup set to which they belong from then on; its vault is taken.",
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
    {
      name: "layout",
      kind: "value",
      placeholder: "ola",
      description:
        "Folders and names of compressed or encrypted files are those of Ola Hallengren's maintenance solution, and say what the files hold.",
    },
    { name: "dry-run", kind: "switch", description: "Read and check only; keep nothing." },
    JSON_FLAG,
  ],
  most: Number.POSITIVE_INFINITY,
  emptySummary: { backups: [], chains: [], refused: [], skipped: [] },
  examples: [
    "holdfast import-backup -dry-run -vault main /backups/orders",
    "holdfast import-backup -vault main -timezone Europe/Berlin orders.bak orders_1.trn",
    "holdfast import-backup -set orders -layout ola /backups/SQL01",
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
  const set = flags.value("set");
  const timezone = flags.value("timezone") ?? "UTC";
  const dryRun = flags.isOn("dry-run");
  if (flags.positionals.length === 0) throw usageError("import-backup needs a file or a folder.");
  if (vault === undefined && set === undefined && !dryRun) {
    throw usageError("import-backup needs -vault VAULT, or -set SET.");
  }
  requireTimezone(timezone);
  return {
    vault: vault ?? "",
    set,
    paths: flags.positionals,
    timezone,
    dryRun,
    sealed: sealedOf(flags),
  };
}

function sealedOf(flags: Flags): ImportCommand["sealed"] {
  const [database, text] = [flags.value("database"), flags.value("type")];
  const layout = flags.value("layout");
  if (layout !== undefined && layout !== "ola") {
    throw usageError(`-layout ${layout} is not known. Write -layout ola.`);
  }
  if (database === undefined && text === undefined) {
    return layout === undefined ? undefined : { kind: "ola" };
  }
  if (layout !== undefined) throw usageError("-layout takes the place of -database and -type.");
  const type = TYPES.find((each) => each === text);
  if (database === undefined || database === "" || type === undefined) {
    throw usageError(
      "Compressed and encrypted files need both -database NAME and -type full, differential or log.",
    );
  }
  return { kind: "said", database, type };
}

/** 3: some files were left out. 1: all of them. */
function exitOf({ backups, refused }: ImportReport): number {
  const left = refused.length + backups.filter(({ outcome }) => outcome === "incomplete").length;
  const taken = backups.filter(({ outcome }) => outcome !== "incomplete").length;
  if (left === 0) return 0;
  return taken === 0 ? 1 : 3;
}
