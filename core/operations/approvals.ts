import { DiagnosticError, failure } from "../diagnostics/diagnostic.ts";
import {
  type ApprovalRule,
  givenUpBy,
  type RulesInForce,
  recordedRule,
  rulesToMeet,
} from "../plan/approvals/approval-rule.ts";
import { countApprovals, type PlanApprovals } from "../plan/approvals/count-approvals.ts";
import type { Plan } from "../plan/plan.ts";
import type { OpenedPlan } from "./plan-files.ts";
import type { Ports } from "./ports.ts";
import { loadProject } from "./project.ts";

/** Where the approvals of a plan file are kept: signatures of its bytes, one after another. */
export function approvalsPath(planPath: string): string {
  return `${planPath}.approvals`;
}

/** How many approvals the plan of a file needs and has, by the rules in force now. */
export async function approvalsOf(opened: OpenedPlan, ports: Ports): Promise<PlanApprovals> {
  const rules = await countedRules(opened, ports);
  const approvals = await readApprovals(opened.path, ports);
  return countApprovals({ bytes: opened.bytes, approvals }, rules);
}

/** The rules by which approvals of a plan count. Where it needs none, people may approve it all the same. */
export async function countedRules(
  { plan, catalogPath }: Pick<OpenedPlan, "plan" | "catalogPath">,
  ports: Ports,
): Promise<readonly ApprovalRule[]> {
  const rules = await readRules(catalogPath, ports);
  const asked = rulesToMeet(plan, rules);
  if (asked.length > 0) return asked;
  const declared = [rules.recorded, rules.configured].filter((rule) => rule !== undefined);
  return declared.filter(({ keys }) => keys.length > 0).map(({ keys }) => ({ purge: 0, keys }));
}

/** APPROVAL_MISSING unless enough people approved the plan of a file. */
export async function requireApprovals(opened: OpenedPlan, ports: Ports): Promise<void> {
  const approvals = await approvalsOf(opened, ports);
  if (approvals.missing === 0) return;
  throw failure({
    code: "APPROVAL_MISSING",
    summary: "Approval missing",
    detail: `${whyOf(opened.plan)}. ${standOf(approvals)} Nothing was applied. Let them look at it and approve:\n\n    holdfast approve ${opened.path}`,
  });
}

interface PlacedPlan {
  readonly plan: Plan;
  readonly catalogPath: string;
}

/** How many people must approve a plan; 0 where nobody must. */
export async function approvalsNeeded(
  { plan, catalogPath }: PlacedPlan,
  ports: Ports,
): Promise<number> {
  const rules = rulesToMeet(plan, await readRules(catalogPath, ports));
  return Math.max(0, ...rules.map(({ purge }) => purge));
}

/** As `requireApprovals`, for a plan that is in no file, which nobody can approve. */
export async function requireNoApproval(placed: PlacedPlan, ports: Ports): Promise<void> {
  const needed = await approvalsNeeded(placed, ports);
  if (needed === 0) return;
  throw failure({
    code: "APPROVAL_MISSING",
    summary: "Approval missing",
    detail: `${whyOf(placed.plan)}, which needs ${approvalCount(needed)}, and only a saved plan can be approved. Nothing was applied. Save it, let it be approved, and apply the file:\n\n    holdfast plan -out FILE\n    holdfast approve FILE\n    holdfast apply FILE`,
  });
}

async function readRules(catalogPath: string, ports: Ports): Promise<RulesInForce> {
  await using catalog = await ports.catalogs.openReader(catalogPath);
  const recorded = recordedRule(await catalog.objects());
  return { recorded, configured: await configuredRule(ports) };
}

/** Undefined where the configuration is gone or broken: then what is recorded and planned decides. */
async function configuredRule(ports: Ports): Promise<ApprovalRule | undefined> {
  try {
    return (await loadProject(ports)).settings?.approvals;
  } catch (error) {
    if (error instanceof DiagnosticError) return undefined;
    throw error;
  }
}

/** Empty where there is no such file. */
export async function readApprovals(planPath: string, ports: Ports): Promise<string> {
  try {
    return new TextDecoder().decode(await ports.files.read(approvalsPath(planPath)));
  } catch (error) {
    if (isMissing(error)) return "";
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  const cause = error instanceof DiagnosticError ? error.cause : undefined;
  return cause instanceof Error && "code" in cause && cause.code === "ENOENT";
}

function whyOf(plan: Plan): string {
  const { now, sooner } = givenUpBy(plan);
  if (now > 0) return `This plan purges ${pointCount(now)}`;
  if (sooner > 0) return `This plan lets ${pointCount(sooner)} expire sooner`;
  return "This plan changes who must approve purges";
}

function pointCount(count: number): string {
  return count === 1 ? "1 recovery point" : `${count} recovery points`;
}

/** `It needs 2 approvals and has 1, by ada@host. Another one may come from bob@host.` */
export function standOf({ needed, missing, approvers, open }: PlanApprovals): string {
  const by = approvers.length === 0 ? "" : `, by ${namesOf(approvers)}`;
  const have = `It needs ${approvalCount(needed)} and has ${approvers.length}${by}.`;
  if (missing === 0) return have;
  const more = missing === 1 ? "One more" : `${missing} more`;
  return `${have} ${more} may come from ${namesOf(open)}.`;
}

function namesOf(people: readonly { readonly name: string }[]): string {
  return people.map(({ name }) => name).join(", ");
}

function approvalCount(count: number): string {
  return count === 1 ? "1 approval" : `${count} approvals`;
}
