import { failure } from "../../core/diagnostics/diagnostic.ts";
import { listApplies } from "../../core/operations/find-apply.ts";
import type { Ports } from "../../core/operations/ports.ts";
import { carryOutUndo, type PreparedUndo, prepareUndo } from "../../core/operations/undo-apply.ts";
import { formatApplies } from "../views/applies-text.ts";
import { formatCounted } from "../views/count-text.ts";
import { shortTime } from "../views/points-text.ts";
import { printable } from "../views/text-layout.ts";
import type { CommandContext } from "./command.ts";
import { type Flags, usageError } from "./flags.ts";
import { printPlan } from "./plan.ts";
import { PLAN_FLAGS } from "./plan-flags.ts";
import { diagnosticsHost, openProgress, printJson, tableWidth, tellDiagnostic } from "./tell.ts";

/** How many applies are named where none was. */
const MOST_NAMED = 10;

/** `apply -undo ID`: shows what it does, asks, and takes an apply back. */
export async function runUndo(flags: Flags, context: CommandContext): Promise<number> {
  refuseOthers(flags);
  const isJson = flags.isOn("json");
  const quiet = await context.ports(diagnosticsHost(isJson, context));
  const named = flags.value("undo") || flags.positionals[0];
  const id = named ?? (await chooseApply(isJson, quiet, context));
  const prepared = await prepareUndo(id, quiet);
  tellUndo(prepared, isJson, context);
  if (
    !flags.isOn("auto-approve") &&
    !(await isApproved({ id: prepared.record.id, isJson }, context))
  )
    return 1;
  await using progress = await openProgress(isJson, context);
  const result = await carryOutUndo(prepared, await context.ports(progress.host));
  await progress[Symbol.asyncDispose]();
  const until = result.purged?.noReturnAfter;
  if (isJson) {
    const counts = prepared.plan.summary;
    const summary = { type: "summary", status: "successful", cancelled: false };
    const changed = { added: counts.add, changed: counts.change, destroyed: counts.destroy };
    const points = { returned_points: result.returned, points: [] };
    printJson(
      { ...summary, apply: result.id, undone: result.undone, ...changed, ...points },
      context,
    );
    return 0;
  }
  const back = formatCounted(result.returned.length, "recovery point");
  const given =
    until === undefined
      ? ""
      : ` ${formatCounted(result.purged?.points ?? 0, "recovery point")} given up until ${timeOf(until)}; to have them back:\n\n    holdfast apply -undo ${result.id}\n`;
  context.stdout(
    `\nUndone: ${formatCounted(result.changes.length, "change")} taken back, ${back} listed again.${given}\n\nThe configuration still asks for what was undone. See it:\n\n    holdfast plan\n`,
  );
  return 0;
}

function refuseOthers(flags: Flags): void {
  const [flag] = flags.inOrder([...PLAN_FLAGS.map(({ name }) => name), "replan"]);
  if (flag !== undefined)
    throw usageError(`-${flag.name} belongs to the making of a plan, and -undo makes none.`);
  const value = flags.value("undo") ?? "";
  if (value !== "" && flags.positionals.length > 0)
    throw usageError("-undo takes one apply, and no plan file beside it.");
}

/** Asks which where somebody can answer; otherwise the usage error names what there is. */
async function chooseApply(
  isJson: boolean,
  ports: Ports,
  context: CommandContext,
): Promise<string> {
  const { applies } = await listApplies(ports);
  const undoable = applies.filter((apply) => apply.undoable).slice(0, MOST_NAMED);
  if (undoable.length === 0)
    throw usageError(
      "-undo needs the id of an apply, and the catalog records none that can be undone.",
    );
  if (isJson || !context.terminal.input) {
    const lines = undoable.map(
      ({ id, started_at, by }) => `    ${id}  ${shortTime(started_at)}  ${by}`,
    );
    throw usageError(
      `-undo needs the id of an apply: holdfast apply -undo ID. The newest that can be undone:\n\n${lines.join("\n")}`,
    );
  }
  context.stdout(formatApplies(undoable, tableWidth(context)));
  const answer = (await context.ask("\n  Apply to undo: ")).trim();
  if (answer === "") throw usageError("-undo needs the id of an apply.");
  return answer;
}

function tellUndo(prepared: PreparedUndo, isJson: boolean, context: CommandContext): void {
  const { plan, record, returning } = prepared;
  if (isJson) {
    for (const diagnostic of plan.diagnostics) tellDiagnostic(diagnostic, true, context);
    return;
  }
  const when = timeOf(record.startedAt);
  const count = formatCounted(returning.length, "recovery point");
  const back =
    returning.length === 0
      ? ""
      : `, and ${count} that it gave up ${returning.length === 1 ? "is" : "are"} listed again`;
  context.stdout(
    `Undo of ${record.id}, which ${printable(record.by)} began at ${when}: what it recorded is as it was before${back}.\n\n`,
  );
  printPlan(plan, context);
}

async function isApproved(
  { id, isJson }: { readonly id: string; readonly isJson: boolean },
  context: CommandContext,
): Promise<boolean> {
  if (isJson || !context.terminal.input) {
    throw failure({
      code: "APPROVAL_MISSING",
      summary: "Approval missing",
      detail: `Nobody can be asked here, because the input is not a terminal. Nothing was changed. Approve beforehand:\n\n    holdfast apply -undo ${id} -auto-approve`,
    });
  }
  context.stdout("\nDo you want to undo this apply?\n  Only 'yes' is accepted.\n\n");
  const answer = await context.ask("  Enter a value: ");
  if (answer.trim() === "yes") return true;
  context.stdout("\nCancelled. Nothing was changed.\n");
  return false;
}

function timeOf(at: number): string {
  return shortTime(new Date(at).toISOString());
}
