import { failure } from "../../core/diagnostics/diagnostic.ts";
import { standOf } from "../../core/operations/approvals.ts";
import { type Approval, approvePlan, openForApproval } from "../../core/operations/approve.ts";
import type { OpenedPlan } from "../../core/operations/plan-files.ts";
import { shellWord } from "../views/shell-word.ts";
import { printable } from "../views/text-layout.ts";
import type { Command, CommandContext } from "./command.ts";
import { usageError } from "./flags.ts";
import { printPlan } from "./plan.ts";
import { diagnosticsHost, JSON_FLAG, printJson } from "./tell.ts";

export const command: Command = {
  name: "approve",
  summary: "Approve a saved plan with an SSH key",
  usage: "FILE [-key FILE] [-auto-approve] [-json]",
  description:
    "Shows the plan of FILE, asks, and signs the file with an SSH key that the approvals of the holdfast block declare. The signature is kept in FILE.approvals; apply of a plan that purges recovery points wants as many as are asked for, by different keys. Without -key it takes the usual key in ~/.ssh that is declared. A key behind a passphrase, in an agent or in hardware signs through ssh-keygen.",
  flags: [
    {
      name: "key",
      kind: "value",
      placeholder: "FILE",
      description: "The private key, or the .pub file of one that an agent has.",
    },
    { name: "auto-approve", kind: "switch", description: "Do not ask." },
    JSON_FLAG,
  ],
  most: 1,
  examples: ["holdfast approve weekly.plan", "holdfast approve weekly.plan -key ~/.ssh/id_ed25519"],
  async run(flags, context) {
    const [file] = flags.positionals;
    if (file === undefined) throw usageError("approve needs the file of a saved plan.");
    const isJson = flags.isOn("json");
    const ports = await context.ports(diagnosticsHost(isJson, context));
    const opened = await openForApproval(file, ports);
    if (!isJson) printPlan(opened.plan, context);
    const isAsked = !flags.isOn("auto-approve");
    if (isAsked && !(await isWanted(isJson, context))) return 1;
    const approval = await approvePlan(opened, flags.value("key"), ports);
    if (isJson) printJson(toJson(opened, approval), context);
    else context.stdout(textOf(opened, approval));
    return 0;
  },
};

async function isWanted(isJson: boolean, context: CommandContext): Promise<boolean> {
  if (isJson || !context.terminal.input) {
    throw failure({
      code: "APPROVAL_MISSING",
      summary: "Approval missing",
      detail:
        "Nobody can be asked here, because the input is not a terminal. Nothing was signed. Look at the plan, and approve it without being asked:\n\n    holdfast show FILE\n    holdfast approve -auto-approve FILE",
    });
  }
  context.stdout("\nDo you approve exactly this plan?\n  Only 'yes' is accepted.\n\n");
  const answer = await context.ask("  Enter a value: ");
  if (answer.trim() === "yes") return true;
  context.stdout("\nCancelled. Nothing was signed.\n");
  return false;
}

function textOf({ path }: OpenedPlan, { approver, isNew, approvals }: Approval): string {
  const done = isNew
    ? `\nApproved by ${printable(approver.name)} (${approver.fingerprint}).`
    : `\n${printable(approver.name)} (${approver.fingerprint}) had approved it before.`;
  const stand = approvals.needed === 0 ? "It needs no approval." : printable(standOf(approvals));
  const next =
    approvals.missing === 0 ? ` Carry it out:\n\n    holdfast apply ${shellWord(path)}` : "";
  return `${done} ${stand}${next}\n`;
}

function toJson({ path, planDigest }: OpenedPlan, { approver, isNew, approvals }: Approval) {
  const { needed, missing, approvers, open } = approvals;
  return {
    type: "approval",
    file: path,
    digest: planDigest,
    approver,
    new: isNew,
    approvals: { needed, missing, given_by: [...approvers], open: [...open] },
  };
}
