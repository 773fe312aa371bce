import { failure } from "../../core/diagnostics/diagnostic.ts";
import { carryOutPlan, readPlanFile } from "../../core/operations/apply.ts";
import { backUp } from "../../core/operations/backup.ts";
import { makePlan } from "../../core/operations/make-plan.ts";
import type { Ports } from "../../core/operations/ports.ts";
import { hasChanges } from "../../core/plan/build-plan.ts";
import type { Plan } from "../../core/plan/plan.ts";
import type { Command, CommandContext } from "./command.ts";
import { exitOfStatus } from "./exit-code.ts";
import { type FlagSpec, type Flags, usageError } from "./flags.ts";
import { printPlan } from "./plan.ts";
import { PLAN_FLAGS, planOptions, variableOptions } from "./plan-flags.ts";
import { diagnosticsHost, diagnosticText, JSON_FLAG, openProgress, printJson } from "./tell.ts";

const APPROVE: FlagSpec = { name: "auto-approve", kind: "switch", description: "Do not ask." };

export const command: Command = {
  name: "apply",
  summary: "Carry a plan out",
  usage: "[FILE] [-auto-approve] [-json] [flags]",
  description:
    "Carries out the plan of FILE, or makes a plan, shows it and asks. It records what is wanted and makes vaults; it takes no backup, except for -replace. A plan that is no longer true is refused with exit code 4.",
  flags: [APPROVE, ...PLAN_FLAGS, JSON_FLAG],
  examples: ["holdfast apply", "holdfast apply weekly.plan", "holdfast apply -auto-approve -json"],
  run: (flags, context) => runApply(flags, context, false),
};

/** `apply` and `destroy`. */
export async function runApply(
  flags: Flags,
  context: CommandContext,
  isDestroy: boolean,
): Promise<number> {
  const isJson = flags.isOn("json");
  const quiet = await context.ports(diagnosticsHost(isJson, context));
  const [file, extra] = flags.positionals;
  if (extra !== undefined) throw usageError(`apply takes one plan file; ${extra} is one too many.`);
  const prepared =
    file === undefined
      ? await prepare(flags, quiet, { context, isDestroy })
      : await readPlanFile(file, quiet);
  if (prepared === undefined) return 1;
  const { plan, catalogPath } = prepared;
  await using progress = await openProgress(isJson, context);
  const ports = await context.ports(progress.host);
  const result = await carryOutPlan(plan, catalogPath, ports);
  let exit = result.status === "successful" ? 0 : result.status === "cancelled" ? 130 : 1;
  const points: string[] = [];
  for (const backupSet of result.runFull) {
    const job = await backUp({ backupSet, type: "full", trigger: "replace" }, ports);
    exit = Math.max(exit, exitOfStatus(job.status));
    points.push(...job.databases.flatMap(({ point }) => point ?? []));
  }
  await progress[Symbol.asyncDispose]();
  finish({ plan, status: result.status, points, isJson }, context);
  return exit;
}

interface Finish {
  readonly plan: Plan;
  readonly status: string;
  readonly points: readonly string[];
  readonly isJson: boolean;
}

function finish({ plan, status, points, isJson }: Finish, context: CommandContext): void {
  const { add, change, destroy } = plan.summary;
  if (isJson) {
    const known = status === "successful" ? "successful" : "failed";
    printJson(
      { type: "summary", status: known, added: add, changed: change, destroyed: destroy, points },
      context,
    );
    return;
  }
  if (status !== "successful") return;
  context.stdout(
    `\nApply complete! Resources: ${add} added, ${change} changed, ${destroy} destroyed.\n`,
  );
  const [set] = plan.changes.filter(
    ({ type, action }) => type === "backup_set" && action !== "delete",
  );
  if (set !== undefined) context.stdout(`\nBack up now:\n\n    holdfast backup ${set.address}\n`);
}

interface Preparation {
  readonly context: CommandContext;
  readonly isDestroy: boolean;
}

async function prepare(flags: Flags, ports: Ports, { context, isDestroy }: Preparation) {
  const isJson = flags.isOn("json");
  const options = { ...planOptions(flags), destroy: isDestroy || flags.isOn("destroy") };
  const planned = await makePlan(
    { options, variables: await variableOptions(flags, ports) },
    ports,
  );
  if (!isJson) {
    for (const warning of planned.warnings) context.stderr(diagnosticText(warning, context));
    printPlan(planned.plan, false, context);
  }
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
      detail:
        "Nobody can be asked here, because the input is not a terminal. Nothing was changed. Review a saved plan and apply that, or approve beforehand:\n\n    holdfast plan -out FILE\n    holdfast apply FILE\n    holdfast apply -auto-approve",
    });
  }
  const verb = asked.isDestroy ? "destroy all of this" : "perform these actions";
  context.stdout(`\nDo you want to ${verb}?\n  Only 'yes' is accepted.\n\n`);
  const answer = await context.ask("  Enter a value: ");
  if (answer.trim() === "yes") return true;
  context.stdout("\nCancelled. Nothing was changed.\n");
  return false;
}
