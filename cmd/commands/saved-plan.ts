import { requireApprovals } from "../../core/operations/approvals.ts";
import { openCurrentPlan } from "../../core/operations/plan-files.ts";
import type { Ports } from "../../core/operations/ports.ts";
import { replan } from "../../core/operations/replan.ts";
import { type FlagSpec, type Flags, usageError } from "./flags.ts";
import { PLAN_FLAGS, VARIABLE_FLAGS, variableOptions } from "./plan-flags.ts";

export const REPLAN_FLAG: FlagSpec = {
  name: "replan",
  kind: "switch",
  description: "With FILE: plan again, and apply that if it does no more than FILE says.",
};

/** A plan that was saved, or with `-replan` the same as it is now. A saved plan holds its flags already; others would be passed over. */
export async function readSavedPlan(file: string, flags: Flags, ports: Ports) {
  const isReplan = flags.isOn("replan");
  const usable = isReplan ? VARIABLE_FLAGS.map(({ name }) => name) : [];
  const others = PLAN_FLAGS.map(({ name }) => name).filter((name) => !usable.includes(name));
  const [flag] = flags.inOrder(others);
  if (flag !== undefined) {
    throw usageError(
      `-${flag.name} belongs to the making of a plan, but ${file} is a plan that is made already. Make it anew with this flag, or leave the flag out.`,
    );
  }
  const opened = await openCurrentPlan(file, ports);
  await requireApprovals(opened, ports);
  if (!isReplan) return opened;
  const planned = await replan(opened, await variableOptions(flags, ports), ports);
  // Points that came since may be given up too, which the file did not know of.
  await requireApprovals({ ...opened, plan: planned.plan }, ports);
  return { ...planned, planDigest: opened.planDigest };
}
