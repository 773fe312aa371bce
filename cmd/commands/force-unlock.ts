import { failure } from "../../core/diagnostics/diagnostic.ts";
import { findStuckLock, forceUnlock, type StuckLock } from "../../core/operations/force-unlock.ts";
import { printable } from "../views/text-layout.ts";
import type { Command, CommandContext } from "./command.ts";
import { usageError } from "./flags.ts";
import { diagnosticsHost, JSON_FLAG, printJson } from "./tell.ts";

export const command: Command = {
  name: "force-unlock",
  summary: "Free the catalog's lock where its holder is gone",
  usage: "LOCK_ID [-force] [-json]",
  description:
    "Frees the lock that a process left behind which cannot be seen from here, on another host for instance: the message that the catalog is locked has its id. It names the holder and asks. A lock whose holder runs on this host is not freed without -force; one whose holder died on this host is free by itself. What a holder that runs after all would still write is refused.",
  flags: [
    {
      name: "force",
      kind: "switch",
      description: "Do not ask, and free the lock even of a process that runs on this host.",
    },
    JSON_FLAG,
  ],
  most: 1,
  examples: ["holdfast force-unlock 1c9d6f0e-6d0b-4b0e-9f5e-0d6a2f6d8c11"],
  async run(flags, context) {
    const [id] = flags.positionals;
    if (id === undefined)
      throw usageError(
        "force-unlock needs the id of the lock, which the message that the catalog is locked has.",
      );
    const isJson = flags.isOn("json");
    const request = { id, isForced: flags.isOn("force") };
    const ports = await context.ports(diagnosticsHost(isJson, context));
    if (!request.isForced) {
      const lock = await findStuckLock(request, ports);
      if (!(await isApproved(lock, isJson, context))) return 1;
    }
    const lock = await forceUnlock(request, ports);
    if (isJson) {
      printJson({ type: "summary", status: "successful", lock: toJson(lock) }, context);
    } else
      context.stdout("The lock is free. See what its holder left undone:\n\n    holdfast plan\n");
    return 0;
  },
};

async function isApproved(
  lock: StuckLock,
  isJson: boolean,
  context: CommandContext,
): Promise<boolean> {
  if (isJson || !context.terminal.input) {
    throw failure({
      code: "APPROVAL_MISSING",
      summary: "Approval missing",
      detail: `Nobody can be asked here, because the input is not a terminal. The lock was not freed. ${describe(lock)} If that process is gone for good, free the lock without being asked:\n\n    holdfast force-unlock -force ${lock.holder.id}`,
    });
  }
  context.stdout(
    `${printable(describe(lock))} If it still runs, what it does is cut short.\n\nDo you want to free its lock?\n  Only 'yes' is accepted.\n\n`,
  );
  const answer = await context.ask("  Enter a value: ");
  if (answer.trim() === "yes") return true;
  context.stdout("\nCancelled. Nothing was changed.\n");
  return false;
}

const STATES: Readonly<Record<StuckLock["process"], string>> = {
  running: "That process runs.",
  gone: "That process does not run any more.",
  unknown: "Whether that process runs cannot be seen from this host.",
};

function describe({ holder, process }: StuckLock): string {
  const { pid, host, operation, since } = holder;
  return `Process ${pid} on ${host} took the lock for ${operation} at ${new Date(since).toISOString()}. ${STATES[process]}`;
}

function toJson({ holder, process }: StuckLock) {
  const { id, operation, host, pid, since } = holder;
  return { id, operation, host, pid, since: new Date(since).toISOString(), process };
}
