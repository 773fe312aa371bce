import type { Instant } from "../../core/kit/clock.ts";
import { approvalsOf, standOf } from "../../core/operations/approvals.ts";
import { type OpenedPlan, openPlanFile } from "../../core/operations/plan-files.ts";
import { readState } from "../../core/operations/show-state.ts";
import type { PlanApprovals } from "../../core/plan/approvals/count-approvals.ts";
import { formatPlanFile, toPlanFileJson } from "../views/plan-file-text.ts";
import { formatState, toStateJson } from "../views/state-view.ts";
import { printable } from "../views/text-layout.ts";
import type { Command } from "./command.ts";
import { usageError } from "./flags.ts";
import { printPlan, printPlanJson } from "./plan.ts";
import { REVIEW_FLAGS, reviewed } from "./plan-review.ts";
import { diagnosticsHost, JSON_FLAG, printJson } from "./tell.ts";

export const command: Command = {
  name: "show",
  summary: "Show what the catalog records, or a saved plan",
  usage: "[FILE] [-markdown FILE] [-json]",
  description:
    "Without a file it shows every object that the catalog records. With the file of plan -out it shows that plan.",
  flags: [...REVIEW_FLAGS, JSON_FLAG],
  most: 1,
  examples: [
    "holdfast show",
    "holdfast show weekly.plan",
    "holdfast show -json weekly.plan",
    "holdfast show -markdown comment.md weekly.plan",
  ],
  async run(flags, context) {
    const isJson = flags.isOn("json");
    const [file] = flags.positionals;
    if (file !== undefined) {
      return reviewed(flags, context, async (host) => {
        const ports = await context.ports(host);
        const opened = await openPlanFile(file, ports);
        const { plan, planDigest, variables } = opened;
        const approvals = await approvalsOf(opened, ports);
        if (isJson) {
          const file = toPlanFileJson({ ...opened, createdAt: plan.createdAt }, approvals);
          printPlanJson(plan, { warnings: [], variables, file }, context);
        } else {
          printPlan(plan, context);
          context.stdout(standing(opened, approvals, ports.clock.now()));
        }
        return { plan: { plan, digest: planDigest }, exit: 0 };
      });
    }
    if (flags.value("markdown") !== undefined)
      throw usageError("-markdown shows a saved plan, and its file is missing.");
    const ports = await context.ports(diagnosticsHost(isJson, context));
    const state = await readState(ports);
    if (isJson) printJson(toStateJson(state), context);
    else context.stdout(formatState(state));
    return 0;
  },
};

/** Where the file is from, and who approved it. */
function standing(opened: OpenedPlan, approvals: PlanApprovals, now: Instant): string {
  const { createdAt } = opened.plan;
  const stand = approvals.needed === 0 ? "" : `${printable(standOf(approvals))}\n`;
  return `\n${formatPlanFile({ ...opened, createdAt, now })}${stand}`;
}
