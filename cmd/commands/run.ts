import { diagnosticOf } from "../../core/diagnostics/caught.ts";
import type { Instant } from "../../core/kit/clock.ts";
import { formatDuration } from "../../core/kit/duration.ts";
import type { Ports } from "../../core/operations/ports.ts";
import type { PrunedVault } from "../../core/operations/prune.ts";
import {
  type DueBackup,
  nextBackups,
  runDue,
  type WaitingSets,
} from "../../core/operations/run-schedule.ts";
import { sweepProjectCopies } from "../../core/operations/sweep-left-copies.ts";
import { formatCounted } from "../views/count-text.ts";
import { toVersionJson } from "../views/event-json.ts";
import type { Command, CommandContext } from "./command.ts";
import { DailyPrune } from "./daily-prune.ts";
import { prunedToJson } from "./prune.ts";
import { JSON_FLAG, linesHost, openProgress, printJson } from "./tell.ts";

export const command: Command = {
  name: "run",
  summary: "Take backups by the schedules of the policies, and prune",
  usage: "[-json]",
  description:
    "Stays running and takes each full backup, and each cdc backup, when its schedule says so and its window is open, one job for each backup set. Each day at 06:00 UTC it prunes the vaults as prune does, one after the other, once no backup that it takes runs and nobody holds the catalog's lock; backups that become due meanwhile run beside it. It follows the catalog: what apply changes holds from the next start on. Ctrl-C ends it.",
  flags: [JSON_FLAG],
  most: 0,
  examples: ["holdfast run"],
  async run(flags, context) {
    const isJson = flags.isOn("json");
    const host = isJson ? (await openProgress(true, context)).host : linesHost(context);
    if (isJson) printJson(toVersionJson(context.version), context);
    const ports = await context.ports(host);
    const { setTimeout } = await import("node:timers/promises");
    let from = ports.clock.now();
    let waiting: WaitingSets = new Map();
    await announce(await nextBackups(from, ports), from, { context, isJson });
    await using prunes = await openPrunes(ports, { context, isJson });
    await sweepAtStart(ports);
    while (!ports.signal.aborted) {
      let pause = TICK_MS;
      try {
        const { jobs, ...progress } = await runDue(from, ports, waiting);
        from = progress.until;
        waiting = progress.waiting;
        if (jobs.length > 0) {
          await announce(await nextBackups(from, ports, waiting), from, { context, isJson });
        }
        await prunes.startIfDue();
      } catch (error) {
        pause = PAUSE_AFTER_ERROR_MS;
        host.emit({ type: "diagnostic", diagnostic: diagnosticOf(error) });
      }
      await setTimeout(pause, undefined, { signal: ports.signal }).catch(() => undefined);
    }
    return 130;
  },
};

const TICK_MS = 1000;
/** What stands in the way (a broken file, a busy catalog) is told again after this time; nothing that is due is forgotten. */
const PAUSE_AFTER_ERROR_MS = 30_000;

/** What a run that was killed left in Azure is dropped at once, not only by the next backup that is due. */
async function sweepAtStart(ports: Ports): Promise<void> {
  try {
    await sweepProjectCopies(ports);
  } catch (error) {
    if (ports.signal.aborted) return;
    ports.host.emit({ type: "diagnostic", diagnostic: diagnosticOf(error) });
  }
}

interface Output {
  readonly context: CommandContext;
  readonly isJson: boolean;
}

async function openPrunes(ports: Ports, { context, isJson }: Output): Promise<DailyPrune> {
  const { nextPrune } = await import("../../core/operations/daily-prune.ts");
  const tell = (vaults: readonly PrunedVault[], at: Instant): void => {
    const time = new Date(at).toISOString();
    if (isJson) {
      printJson({ type: "pruned", at: time, vaults: vaults.map(prunedToJson) }, context);
      return;
    }
    for (const { vault, points } of vaults) {
      context.stderr(
        `Pruned ${vault}: ${formatCounted(points.length, "recovery point")} removed\n`,
      );
    }
  };
  return new DailyPrune(ports, nextPrune(ports.clock.now()), tell);
}

async function announce(
  due: readonly DueBackup[],
  from: Instant,
  { context, isJson }: Output,
): Promise<void> {
  if (isJson) {
    const next = due.map(({ backupSet, type, at }) => ({
      backup_set: backupSet,
      backup: type,
      at: new Date(at).toISOString(),
    }));
    return printJson({ type: "schedule", next }, context);
  }
  const [first] = due;
  if (first === undefined)
    context.stderr("No policy has a schedule for full backups, so nothing will run.\n");
  else
    context.stderr(
      `Next: ${first.type} of ${first.backupSet} at ${new Date(first.at).toISOString()}, in ${formatDuration(first.at - from)}\n`,
    );
}
