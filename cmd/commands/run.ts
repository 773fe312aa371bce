import { diagnosticOf } from "../../core/diagnostics/caught.ts";
import type { Instant } from "../../core/kit/clock.ts";
import { formatDuration } from "../../core/kit/duration.ts";
import {
  type DueBackup,
  nextBackups,
  runDue,
  type WaitingSets,
} from "../../core/operations/run-schedule.ts";
import { toVersionJson } from "../views/event-json.ts";
import type { Command, CommandContext } from "./command.ts";
import { JSON_FLAG, linesHost, openProgress, printJson } from "./tell.ts";

export const command: Command = {
  name: "run",
  summary: "Take backups by the schedules of the policies",
  usage: "[-json]",
  description:
    "Stays running and takes each full backup when its schedule says so and its window is open, one job for each backup set. It follows the catalog: what apply changes holds from the next start on. Ctrl-C ends it.",
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
    while (!ports.signal.aborted) {
      let pause = TICK_MS;
      try {
        const { jobs, ...progress } = await runDue(from, ports, waiting);
        from = progress.until;
        waiting = progress.waiting;
        if (jobs.length > 0) {
          await announce(await nextBackups(from, ports, waiting), from, { context, isJson });
        }
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

async function announce(
  due: readonly DueBackup[],
  from: Instant,
  { context, isJson }: { context: CommandContext; isJson: boolean },
): Promise<void> {
  if (isJson) {
    const next = due.map(({ backupSet, at }) => ({
      backup_set: backupSet,
      at: new Date(at).toISOString(),
    }));
    return printJson({ type: "schedule", next }, context);
  }
  const [first] = due;
  if (first === undefined)
    context.stderr("No policy has a schedule for full backups, so nothing will run.\n");
  else
    context.stderr(
      `Next: full of ${first.backupSet} at ${new Date(first.at).toISOString()}, in ${formatDuration(first.at - from)}\n`,
    );
}
