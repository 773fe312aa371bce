import {
  type RebuildReport,
  type RebuiltVault,
  rebuildCatalog,
} from "../../core/operations/rebuild-catalog.ts";
import { formatCounted } from "../views/count-text.ts";
import type { Command } from "./command.ts";
import { VARIABLE_FLAGS, variableOptions } from "./plan-flags.ts";
import { diagnosticsHost, JSON_FLAG, printJson } from "./tell.ts";

export const command: Command = {
  name: "rebuild-catalog",
  summary: "List in the catalog what the vaults hold",
  usage: "[-list-purged] [-dry-run] [-json] [flags]",
  description:
    "Makes the catalog again after its file was lost: every recovery point in the vaults of the configuration is listed, with all that was known of it but its job and whether a person cleared it as suspect. What was purged is not known any more, so less may be suspect than before: look at the points before the next prune. Where there is a catalog, what it lacks is added and nothing in it is changed; points that it has as purged and that a vault holds again, because that was brought back from a copy, are counted apart, and listed with -list-purged, after which retention decides anew. Points of a set that is not configured are orphans: nothing purges them. Streams of vault put are left out. Run apply afterwards, so that the catalog knows the configuration too.",
  flags: [
    { name: "dry-run", kind: "switch", description: "Say what would be added; change nothing." },
    {
      name: "list-purged",
      kind: "switch",
      description: "List points again that were purged and that a vault holds all the same.",
    },
    ...VARIABLE_FLAGS,
    JSON_FLAG,
  ],
  most: 0,
  examples: ["holdfast rebuild-catalog -dry-run", "holdfast rebuild-catalog"],
  async run(flags, context) {
    const isJson = flags.isOn("json");
    const dryRun = flags.isOn("dry-run");
    const ports = await context.ports(diagnosticsHost(isJson, context));
    const variables = await variableOptions(flags, ports);
    const listPurged = flags.isOn("list-purged");
    const report = await rebuildCatalog({ dryRun, listPurged, variables }, ports);
    const exit = exitOf(report);
    if (isJson) {
      const status = exit === 0 ? "successful" : exit === 3 ? "successful_with_errors" : "failed";
      const { catalog, vaults } = report;
      const summary = {
        type: "summary",
        status,
        dry_run: dryRun,
        list_purged: listPurged,
        catalog,
      };
      printJson({ ...summary, vaults: vaults.map(toJson) }, context);
    } else context.stdout(formatReport(report, { dryRun, listPurged }));
    return exit;
  },
};

/** 3 when a vault or a point could not be read, 1 when no vault could. */
function exitOf({ vaults }: RebuildReport): number {
  const failed = vaults.filter(({ problem }) => problem !== null);
  if (failed.length > 0 && failed.length === vaults.length) return 1;
  return failed.length > 0 || vaults.some(({ damaged }) => damaged.length > 0) ? 3 : 0;
}

function toJson(rebuilt: RebuiltVault) {
  const { vault, added, completed, known, purged, streams, damaged, problem } = rebuilt;
  return {
    vault,
    added: added.map((point) => ({
      id: point.id,
      backup_set: point.backupSet,
      server: point.server,
      database: point.database,
      type: point.type,
      started_at: new Date(point.startedAt).toISOString(),
      base: point.base,
      bytes_read: point.bytesRead,
      bytes_stored: point.bytesStored,
    })),
    completed: completed.map(({ id }) => id),
    known,
    purged: purged.map(({ id }) => id),
    streams,
    damaged,
    problem: problem?.code ?? null,
  };
}

/** Tripwires go by a database's own past, also by points that are purged. */
const FORGOTTEN =
  "\nNobody knows any more what was purged and which points were cleared, so what was suspect may not be now, and a purge of it is not held. Look whether the newest points are as they should be before the next prune:\n\n    holdfast points\n";

interface Told {
  readonly dryRun: boolean;
  readonly listPurged: boolean;
}

function formatReport({ catalog, vaults }: RebuildReport, told: Told): string {
  const lines = vaults.map((vault) => `${vault.vault}: ${formatVault(vault, told)}\n`);
  const none = vaults.length === 0 ? "The configuration has no vault.\n" : "";
  const isMade = catalog.state === "created" && vaults.some(({ added }) => added.length > 0);
  const forgotten = isMade ? FORGOTTEN : "";
  const end = told.dryRun
    ? "\nNothing was changed.\n"
    : "\nThe catalog lists these points. Record the configuration too:\n\n    holdfast apply\n";
  const purged = vaults.some((vault) => vault.purged.length > 0) && !told.listPurged ? PURGED : "";
  return `Catalog  ${catalog.path} (${catalog.state})\n${none}${lines.join("")}${end}${purged}${forgotten}`;
}

const PURGED =
  "\nA vault holds points that the catalog has as purged, as after it was brought back from a copy. They are not listed, and no prune frees their space. To list them, so that retention decides anew which of them stay:\n\n    holdfast rebuild-catalog -list-purged\n";

function formatVault(vault: RebuiltVault, { dryRun, listPurged }: Told): string {
  if (vault.problem !== null) return `not read (${vault.problem.code})`;
  const verb = dryRun ? "would be added" : "added";
  const again = listPurged
    ? `purged before, ${dryRun ? "would be listed" : "listed"} again`
    : "purged before";
  const more = [
    [vault.completed.length, "completed"],
    [vault.known, "known already"],
    [vault.purged.length, again],
    [vault.damaged.length, "damaged"],
    [vault.streams, "named streams left out"],
  ] as const;
  const parts = more.filter(([count]) => count > 0).map(([count, what]) => `, ${count} ${what}`);
  return `${formatCounted(vault.added.length, "recovery point")} ${verb}${parts.join("")}`;
}
