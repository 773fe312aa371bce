import type { EventHost } from "../../core/events/host.ts";
import type { SyncStatus } from "../../core/gitops/sync-status.ts";
import { tryParseDuration } from "../../core/kit/duration.ts";
import { syncOnce } from "../../core/operations/sync.ts";
import { encodeDiagnostic } from "../views/diagnostic-json.ts";
import { formatEvent } from "../views/event-lines.ts";
import { formatSync } from "../views/sync-text.ts";
import type { Command, CommandContext, SyncPlace } from "./command.ts";
import { exitOfCode } from "./exit-code.ts";
import { type Flags, usageError } from "./flags.ts";
import { VARIABLE_FLAGS, variableOptions } from "./plan-flags.ts";
import { JSON_FLAG, paintOf, printJson, tellDiagnostic } from "./tell.ts";

export const command: Command = {
  name: "sync",
  summary: "Follow a branch of a git checkout, and apply what its rules allow",
  usage: "[-repo DIR] [-interval T] [-once] [-json] [flags]",
  description:
    "Stays running. In each pass it brings the newest commit of the branch, plans it, and applies the plan where `sync { auto_apply }` of the holdfast block lets it; what would take recovery points or their protection waits for `holdfast approve`. What it found last stands in .holdfast/sync/status.json. The checkout is its own: nobody else should work there. Ctrl-C ends it.",
  flags: [
    {
      name: "repo",
      kind: "value",
      placeholder: "DIR",
      description: "The folder of the configuration, in a git checkout [.].",
    },
    {
      name: "branch",
      kind: "value",
      placeholder: "NAME",
      description: "The branch to follow [the one that is checked out, or that of the last time].",
    },
    {
      name: "interval",
      kind: "value",
      placeholder: "T",
      description: "From the end of a pass to the next one [1m].",
    },
    {
      name: "once",
      kind: "switch",
      description: "End after one pass: 0 in sync or applied, 4 waiting for approval, 1 failed.",
    },
    ...VARIABLE_FLAGS,
    JSON_FLAG,
  ],
  most: 0,
  examples: ["holdfast sync -repo ./backup -interval 1m", "holdfast sync -once -json"],
  async run(flags, context) {
    const repo = flags.value("repo") ?? ".";
    const interval = readInterval(flags.value("interval") ?? "1m");
    const place = await context.openSync({ repo, branch: flags.value("branch") });
    const { setTimeout } = await import("node:timers/promises");
    let shown: string | undefined;
    while (!context.signal.aborted) {
      const status = await pass(place, flags, context);
      if (status.state === "applied" || newsOf(status) !== shown)
        await tell(status, { repo, flags, context });
      shown = newsOf(status);
      if (flags.isOn("once")) return exitOf(status);
      await setTimeout(interval, undefined, { signal: context.signal }).catch(() => undefined);
    }
    return 130;
  },
};

const LEAST_INTERVAL_MS = 1000;

function readInterval(text: string): number {
  const duration = tryParseDuration(text);
  if (duration !== undefined && duration >= LEAST_INTERVAL_MS) return duration;
  throw usageError(`-interval ${text} is not a duration of at least a second, such as 30s or 5m.`);
}

async function pass(place: SyncPlace, flags: Flags, context: CommandContext): Promise<SyncStatus> {
  const { parseStatus, toStatusJson } = await import("../../core/gitops/status-file.ts");
  await place.prepare();
  const ports = await place.ports(hostOf(flags, context));
  const before = await place.readStatus();
  const request = {
    checkout: place.checkout,
    variables: await variableOptions(flags, ports),
    previous: before === undefined ? undefined : parseStatus(before),
  };
  const status = await syncOnce(request, ports);
  // A branch that was never reached may be a slip of the pen.
  if (status.revision === null) return status;
  await place.prepare();
  await place.writeStatus(`${JSON.stringify(toStatusJson(status, encodeDiagnostic), null, 2)}\n`);
  return status;
}

/** What an apply does is told as it happens; diagnostics are in the status. */
function hostOf(flags: Flags, context: CommandContext): EventHost {
  return {
    emit: (event) => {
      const line = flags.isOn("json") ? undefined : formatEvent(event);
      if (line !== undefined) context.stderr(`${line}\n`);
    },
  };
}

/** What a pass must differ in from the one before to be told. */
function newsOf({ state, revision, waiting, diagnostics }: SyncStatus): string {
  const { have, needed } = waiting?.approvals ?? { have: 0, needed: 0 };
  const told = diagnostics.map(({ code, detail }) => `${code} ${detail}`);
  return JSON.stringify([state, revision, have, needed, told]);
}

interface Told {
  readonly repo: string;
  readonly flags: Flags;
  readonly context: CommandContext;
}

async function tell(status: SyncStatus, { repo, flags, context }: Told): Promise<void> {
  const { toStatusJson } = await import("../../core/gitops/status-file.ts");
  const json = toStatusJson(status, encodeDiagnostic);
  if (flags.isOn("json")) return printJson(json, context);
  for (const diagnostic of status.diagnostics) tellDiagnostic(diagnostic, false, context);
  context.stdout(formatSync(json, { directory: repo, paint: paintOf(context) }));
}

function exitOf({ state, diagnostics }: SyncStatus): number {
  if (state === "in_sync" || state === "applied") return 0;
  if (state === "waiting") return 4;
  const error = diagnostics.findLast(({ severity }) => severity === "error");
  return error === undefined ? 1 : exitOfCode(error.code);
}
