import { diagnosticOf } from "../../core/diagnostics/caught.ts";
import { DiagnosticError, failure } from "../../core/diagnostics/diagnostic.ts";
import { carryOutPlan } from "../../core/operations/apply.ts";
import { requireNoApproval } from "../../core/operations/approvals.ts";
import { backUp } from "../../core/operations/backup.ts";
import { makePlan } from "../../core/operations/make-plan.ts";
import type { Ports } from "../../core/operations/ports.ts";
import { hasChanges } from "../../core/plan/build-plan.ts";
import { formatDatabase } from "../../core/plan/database-renames.ts";
import type { Plan } from "../../core/plan/plan.ts";
import { formatCounted } from "../views/count-text.ts";
import { shortTime } from "../views/points-text.ts";
import { shellWord } from "../views/shell-word.ts";
import { printable } from "../views/text-layout.ts";
import type { Command, CommandContext } from "./command.ts";
import { exitOfCode, exitOfStatus, worseExit } from "./exit-code.ts";
import { type FlagSpec, type Flags, usageError } from "./flags.ts";
import { printPlan } from "./plan.ts";
import { enforcedChecks, PLAN_FLAGS, planOptions, variableOptions } from "./plan-flags.ts";
import { REPLAN_FLAG, readSavedPlan } from "./saved-plan.ts";
import { diagnosticsHost, JSON_FLAG, openProgress, printJson, tellDiagnostic } from "./tell.ts";
import { runUndo } from "./undo.ts";

const APPROVE: FlagSpec = { name: "auto-approve", kind: "switch", description: "Do not ask." };

const UNDO: FlagSpec = {
  name: "undo",
  kind: "optional",
  placeholder: "ID",
  description: "Take that apply back, with the recovery points that it gave up.",
};

export const command: Command = {
  name: "apply",
  summary: "Carry a plan out, or take an apply back",
  usage: "[FILE [-replan]] [-auto-approve] [-json] [flags] | -undo ID [-auto-approve] [-json]",
  description:
    "Carries out the plan of FILE, or makes a plan, shows it and asks. It records what is wanted and makes vaults; it takes no backup, except for -replace. A plan that is no longer true is refused with exit code 4; with -replan it is planned again, and that is carried out if it does no more. With -undo it puts back all that an apply recorded, and the recovery points that it gave up, until their grace is over; state applies lists the ids.",
  flags: [APPROVE, UNDO, REPLAN_FLAG, ...PLAN_FLAGS, JSON_FLAG],
  most: 1,
  emptySummary: { added: 0, changed: 0, destroyed: 0, imported: 0, points: [] },
  examples: [
    "holdfast apply",
    "holdfast apply weekly.plan",
    "holdfast apply reviewed.plan -replan",
    "holdfast apply -auto-approve -json",
    "holdfast apply -undo apply-1a2b3c4d5e6f",
  ],
  run: (flags, context) =>
    flags.value("undo") === undefined ? runApply(flags, context, false) : runUndo(flags, context),
};

/** `apply` and `destroy`. */
export async function runApply(
  flags: Flags,
  context: CommandContext,
  isDestroy: boolean,
): Promise<number> {
  const isJson = flags.isOn("json");
  const quiet = await context.ports(diagnosticsHost(isJson, context));
  const [file] = flags.positionals;
  if (file === undefined && flags.isOn("replan"))
    throw usageError("-replan needs FILE, the saved plan that was reviewed.");
  const prepared =
    file === undefined
      ? await prepare(flags, quiet, { context, isDestroy })
      : await readSavedPlan(file, flags, quiet);
  if (prepared === undefined) return 1;
  const { plan } = prepared;
  await using progress = await openProgress(isJson, context);
  const ports = await context.ports(progress.host);
  const result = await carryOutPlan(plan, prepared, ports);
  let exit = result.status === "successful" ? 0 : result.status === "cancelled" ? 130 : 1;
  const points: string[] = [];
  for (const backupSet of result.runFull) {
    const full = await runFull(backupSet, ports);
    exit = worseExit(exit, full.exit);
    points.push(...full.points);
  }
  await progress[Symbol.asyncDispose]();
  if (isJson) printJson(summaryOf(result, { points, exit }), context);
  else if (result.status === "successful") {
    const isDone = exit === 0 || exit === 3;
    context.stdout(isDone ? completionText(plan, result) : fullMissingText(result));
  }
  return exit;
}

/** The objects are recorded, and what -replace asks for was not done. */
function fullMissingText({ runFull: sets }: ApplyResult): string {
  const commands = sets.map((set) => `    holdfast backup ${shellWord(set)} -type full\n`);
  return `\nThe full that -replace asks for was not made. Everything else is applied. Try again:\n\n${commands.join("")}`;
}

/** The full of `-replace`. One that cannot even start is told, and the others still run. */
async function runFull(
  backupSet: string,
  ports: Ports,
): Promise<{ readonly exit: number; readonly points: readonly string[] }> {
  try {
    const job = await backUp({ backupSet, type: "full", trigger: "replace" }, ports);
    const points = job.databases.flatMap(({ point }) => point ?? []);
    return { exit: exitOfStatus(job.status), points };
  } catch (error) {
    const diagnostic = diagnosticOf(error);
    ports.host.emit({ type: "diagnostic", diagnostic });
    return { exit: exitOfCode(diagnostic.code), points: [] };
  }
}

type ApplyResult = Awaited<ReturnType<typeof carryOutPlan>>;

/** What was really done, also when the apply stopped half way. */
function countsOf({ changes }: ApplyResult) {
  const done = changes.filter(({ status }) => status === "done").map(({ action }) => action);
  const count = (...actions: readonly string[]) =>
    done.filter((action) => actions.includes(action)).length;
  return {
    added: count("create", "replace"),
    changed: count("update"),
    destroyed: count("delete", "replace"),
    imported: count("import"),
  };
}

/** The last line of `apply -json`. */
function summaryOf(
  result: ApplyResult,
  { points, exit }: { readonly points: readonly string[]; readonly exit: number },
) {
  const status = exit === 0 ? "successful" : exit === 3 ? "successful_with_errors" : "failed";
  const { id, purged } = result;
  const gone = {
    apply: id,
    given_up: purged?.points ?? 0,
    no_return_after: purged === null ? null : new Date(purged.noReturnAfter).toISOString(),
  };
  return { type: "summary", status, cancelled: exit === 130, ...countsOf(result), points, ...gone };
}

/** What the apply gave up, and how to have it back. */
function purgeText({ id, purged }: ApplyResult): string {
  if (purged === null || id === null) return "";
  const until = shortTime(new Date(purged.noReturnAfter).toISOString());
  const are = purged.points === 1 ? "is" : "are";
  return `\n${formatCounted(purged.points, "recovery point")} ${are} given up, and kept whole until ${until}. To take all of this back until then:\n\n    holdfast apply -undo ${id}\n`;
}

function completionText(plan: Plan, result: ApplyResult): string {
  if (plan.options.refreshOnly) return "\nApply complete! What the servers say is accepted.\n";
  const { added, changed, destroyed, imported } = countsOf(result);
  const first = imported === 0 ? "" : `${imported} imported, `;
  const counts = `${first}${added} added, ${changed} changed, ${destroyed} destroyed`;
  const sets = unprotectedSets(plan).map((set) => `    holdfast backup ${shellWord(set)}\n`);
  const next = sets.length === 0 ? "" : `\nBack up now:\n\n${sets.join("")}`;
  const moved = plan.databaseRenames.map(
    ({ server, from, to }) =>
      `${printable(formatDatabase(server, from))}: moved to ${printable(formatDatabase(server, to))}\n`,
  );
  return `${moved.join("")}\nApply complete! Resources: ${counts}.\n${purgeText(result)}${next}`;
}

/** Those that have a database without any recovery point, but for what was backed up just now. */
function unprotectedSets({ coverage, changes }: Plan): readonly string[] {
  const full = new Set(changes.flatMap(({ runFull, address }) => (runFull ? [address] : [])));
  return coverage
    .filter(({ protection }) => protection === "unprotected" || protection === "partly")
    .flatMap(({ backupSet }) => (full.has(backupSet) ? [] : [backupSet]));
}

interface Preparation {
  readonly context: CommandContext;
  readonly isDestroy: boolean;
}

async function prepare(flags: Flags, ports: Ports, { context, isDestroy }: Preparation) {
  const isJson = flags.isOn("json");
  const options = { ...planOptions(flags), destroy: isDestroy || flags.isOn("destroy") };
  if (options.destroy && options.refreshOnly)
    throw usageError("-refresh-only changes no object, so destroy does not take it.");
  const planned = await makePlan(
    { options, variables: await variableOptions(flags, ports) },
    ports,
  );
  if (isJson) {
    for (const warning of [...planned.warnings, ...planned.plan.diagnostics])
      tellDiagnostic(warning, true, context);
  } else {
    for (const warning of planned.warnings) tellDiagnostic(warning, false, context);
    printPlan(planned.plan, context);
  }
  const unmet = enforcedChecks(flags, planned.plan);
  if (unmet !== undefined) throw new DiagnosticError(unmet);
  await requireNoApproval(planned, ports);
  if (!hasChanges(planned.plan) || flags.isOn("auto-approve")) return planned;
  return (await isApproved({ isJson, isDestroy: options.destroy }, context)) ? planned : undefined;
}

async function isApproved(
  asked: { isJson: boolean; isDestroy: boolean },
  context: CommandContext,
): Promise<boolean> {
  if (asked.isJson || !context.terminal.input) {
    throw failure({
      code: "APPROVAL_MISSING",
      summary: "Approval missing",
      detail: `Nobody can be asked here, because the input is not a terminal. Nothing was changed. Review a saved plan and apply that, or approve beforehand:\n\n    holdfast plan${asked.isDestroy ? " -destroy" : ""} -out FILE\n    holdfast apply FILE\n    holdfast ${asked.isDestroy ? "destroy" : "apply"} -auto-approve`,
    });
  }
  const verb = asked.isDestroy ? "destroy all of this" : "perform these actions";
  context.stdout(`\nDo you want to ${verb}?\n  Only 'yes' is accepted.\n\n`);
  const answer = await context.ask("  Enter a value: ");
  if (answer.trim() === "yes") return true;
  context.stdout("\nCancelled. Nothing was changed.\n");
  return false;
}
