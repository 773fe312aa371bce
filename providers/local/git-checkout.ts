import { failure } from "../../core/diagnostics/diagnostic.ts";
import type { Checkout } from "../../core/gitops/checkout.ts";
import type { Revision } from "../../core/gitops/sync-status.ts";
import { withoutUserinfo } from "../../core/kit/url-text.ts";
import { type GitOutcome, runGit } from "./run-git.ts";

export interface CheckoutRequest {
  /** The checkout's root, or a folder in it. */
  readonly directory: string;
  /** The branch that is checked out, where absent. */
  readonly branch: string | undefined;
  /** That of the last time: once a commit was put there, the checkout is on no branch. */
  readonly earlierBranch?: string | undefined;
  readonly signal: AbortSignal;
}

type Git = (...words: readonly string[]) => Promise<GitOutcome>;

/** The repository that a clone comes from, by git's own convention. */
const REMOTE = "origin";

/** As `git check-ref-format --branch` allows it, and never an option. */
const BRANCH = /^(?![-/.])(?!.*(?:\.\.|@\{|\/\/|[\s~^:?*[\\]))[^\p{Cc}]+(?<![/.])$/u;

/** SYNC_CHECKOUT_MISSING, SYNC_BRANCH_UNKNOWN. */
export async function openGitCheckout(request: CheckoutRequest): Promise<Checkout> {
  const { directory, signal } = request;
  // A hook of the repository could run anything, and changes nothing that a plan should see.
  const options = ["-c", "core.hooksPath=/dev/null", "-c", "advice.detachedHead=false"];
  const root = await runGit(["rev-parse", "--show-toplevel"], { directory, signal });
  if (root.kind !== "done") throw noCheckout(directory, root);
  // A revision may lack the folder.
  const place = { directory: root.output, signal };
  const git: Git = (...words) => runGit([...options, ...words], place);
  const branch = request.branch ?? (await branchOf(git, request));
  if (!BRANCH.test(branch)) throw branchUnknown(`${branch} is not the name of a branch.`);
  const remotes = await must(git("remote"), "its remotes cannot be read");
  const isClone = remotes.split("\n").includes(REMOTE);
  const ref = isClone ? `refs/remotes/${REMOTE}/${branch}` : `refs/heads/${branch}`;
  return {
    branch,
    async fetch() {
      if (isClone) {
        const refspec = `+refs/heads/${branch}:${ref}`;
        await must(git("fetch", "--quiet", "--no-tags", REMOTE, refspec), "it cannot be fetched");
      }
      return must(
        git("rev-parse", "--verify", "--quiet", `${ref}^{commit}`),
        `it has no branch ${branch}`,
      );
    },
    async isAncestor(older, newer) {
      return (await git("merge-base", "--is-ancestor", older, newer)).kind === "done";
    },
    async checkOut(revision: Revision) {
      const changed = await must(
        git("status", "--porcelain", "--untracked-files=no"),
        "its state cannot be read",
      );
      if (changed !== "") throw changedCheckout(directory, changed.split("\n"));
      const head = await must(git("rev-parse", "HEAD"), "its state cannot be read");
      if (head === revision) return;
      // Without the flag git puts a commit's files over ignored ones, and a link in the place of a whole ignored folder:
      // the catalog and vaults lie there.
      await must(
        git("checkout", "--quiet", "--detach", "--no-overwrite-ignore", revision, "--"),
        `${revision.slice(0, 12)} cannot be checked out`,
      );
    },
  };
}

async function branchOf(git: Git, { directory, earlierBranch }: CheckoutRequest): Promise<string> {
  const head = await git("symbolic-ref", "--quiet", "--short", "HEAD");
  if (head.kind === "done") return head.output;
  if (earlierBranch !== undefined) return earlierBranch;
  throw branchUnknown(`${directory} has a commit checked out and no branch.`);
}

/** What git printed. */
async function must(run: Promise<GitOutcome>, what: string): Promise<string> {
  const outcome = await run;
  if (outcome.kind === "done") return outcome.output;
  throw failure({
    code: "SYNC_FETCH_FAILED",
    summary: "Branch not reached",
    detail: `The revision of the branch is not known, because ${what}. ${complaintOf(outcome)} What was applied stands, and the next pass tries again.`,
  });
}

function complaintOf(outcome: Exclude<GitOutcome, { readonly kind: "done" }>): string {
  if (outcome.kind === "missing") return "There is no program git on PATH. Install Git.";
  return outcome.complaint === "" ? "" : `Git says: ${withoutUserinfo(outcome.complaint)}`;
}

function noCheckout(directory: string, outcome: Exclude<GitOutcome, { kind: "done" }>) {
  return failure({
    code: "SYNC_CHECKOUT_MISSING",
    summary: "No checkout of a git repository",
    detail: `${directory} is not in a checkout of a git repository. ${complaintOf(outcome)} Clone the repository first, into a folder that nobody else works in:\n\n    git clone URL ${directory}`,
  });
}

function branchUnknown(why: string) {
  return failure({
    code: "SYNC_BRANCH_UNKNOWN",
    summary: "Branch unknown",
    detail: `Nobody can say which branch to follow: ${why} Name it:\n\n    holdfast sync -branch main`,
  });
}

const LISTED = 5;

function changedCheckout(directory: string, lines: readonly string[]) {
  const names = lines.slice(0, LISTED).map((line) => line.slice(3));
  const more = lines.length > LISTED ? ` and ${lines.length - LISTED} more` : "";
  return failure({
    code: "SYNC_CHECKOUT_CHANGED",
    summary: "Files changed in the checkout",
    detail: `Somebody changed files in ${directory} that git tracks: ${names.join(", ")}${more}. They are left as they are, and nothing is planned while they differ from the branch. Commit them elsewhere, or throw them away:\n\n    git -C ${directory} checkout -- .`,
  });
}
