import { diagnosticOf } from "../../core/diagnostics/caught.ts";
import type { Diagnostic } from "../../core/diagnostics/diagnostic.ts";
import { type EventHost, silentHost } from "../../core/events/host.ts";
import { openPlanFile } from "../../core/operations/plan-files.ts";
import type { Ports } from "../../core/operations/ports.ts";
import { readLineage } from "../../core/operations/read-lineage.ts";
import { COMMENT_FILE, requireReplaceable } from "../../core/operations/replaceable-file.ts";
import type { Plan } from "../../core/plan/plan.ts";
import type { PlanMarkdownOptions } from "../views/markdown/plan-markdown.ts";
import { ANNOTATE_FLAG, annotator } from "./annotations.ts";
import type { CommandContext } from "./command.ts";
import type { FlagSpec, Flags } from "./flags.ts";
import { diagnosticsHost } from "./tell.ts";

const MARKDOWN_FLAG: FlagSpec = {
  name: "markdown",
  kind: "value",
  placeholder: "FILE",
  description: "Write the plan to FILE as the comment of a pull request too.",
};

export const REVIEW_FLAGS: readonly FlagSpec[] = [MARKDOWN_FLAG, ANNOTATE_FLAG];

/** A plan as a reviewer gets it: with the warnings of the configuration, and with the digest of the file where it is saved. */
interface ReviewedPlan {
  readonly plan: Plan;
  readonly digest: string | null;
}

interface ReviewedRun {
  readonly plan: ReviewedPlan;
  readonly exit: number;
}

/**
 * Makes or opens a plan, and gives reviewers what they asked for: the comment of `-markdown` and marks at the lines of
 * diagnostics. A plan that cannot be made gives a comment too, and the error goes on.
 */
export async function reviewed(
  flags: Flags,
  context: CommandContext,
  run: (host: EventHost) => Promise<ReviewedRun>,
): Promise<number> {
  const annotate = annotator(flags, context);
  const ports = await context.ports(silentHost);
  const { host, told } = rememberDiagnostics(diagnosticsHost(flags.isOn("json"), context));
  const file = flags.value("markdown");
  if (file !== undefined) await requireReplaceable(file, COMMENT_FILE, ports);
  try {
    const { plan, exit } = await run(host);
    if (file !== undefined) {
      const approvals = plan.digest === null ? null : await approvalsFor(flags, ports);
      const text = await commentOf({ ...plan, approvals }, context);
      await ports.files.write(file, Buffer.from(text));
    }
    await annotate(plan.plan.diagnostics, ports);
    return exit;
  } catch (error) {
    const diagnostics = [...told, diagnosticOf(error)];
    await annotate(diagnostics, ports);
    if (file !== undefined) {
      const { formatFailureMarkdown } = await import("../views/markdown/failure-markdown.ts");
      const lineage = await readLineage(ports);
      const text = formatFailureMarkdown(diagnostics, { ...context, lineage });
      await ports.files.write(file, Buffer.from(text));
    }
    throw error;
  }
}

type CommentFacts = ReviewedPlan & Pick<PlanMarkdownOptions, "approvals">;

async function commentOf(
  { plan, ...facts }: CommentFacts,
  context: CommandContext,
): Promise<string> {
  const { formatPlanMarkdown } = await import("../views/markdown/plan-markdown.ts");
  return formatPlanMarkdown(plan, { ...facts, findSource: context.findSource });
}

/** Of the file that `plan` wrote, or that `show` reads. */
async function approvalsFor(flags: Flags, ports: Ports): Promise<CommentFacts["approvals"]> {
  const file = flags.value("out") ?? flags.positionals[0];
  if (file === undefined) return null;
  const { approvalsOf } = await import("../../core/operations/approvals.ts");
  const { needed, missing } = await approvalsOf(await openPlanFile(file, ports), ports);
  return { file, needed, missing };
}

function rememberDiagnostics(host: EventHost): {
  readonly host: EventHost;
  readonly told: readonly Diagnostic[];
} {
  const told: Diagnostic[] = [];
  const remembering: EventHost = {
    emit: (event) => {
      if (event.type === "diagnostic") told.push(event.diagnostic);
      host.emit(event);
    },
  };
  return { host: remembering, told };
}
