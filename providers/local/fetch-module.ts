import { randomBytes } from "node:crypto";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";
import { type DiagnosticError, failure } from "../../core/diagnostics/diagnostic.ts";
import { withoutUserinfo } from "../../core/kit/url-text.ts";
import { errnoOf, reasonOfErrno } from "./file-failure.ts";
import { type GitOutcome, runGit } from "./run-git.ts";

export interface ModuleRequest {
  /** As git takes it; a local path is relative to `root`. */
  readonly url: string;
  /** Branch, tag or commit; undefined: the default branch. */
  readonly ref: string | undefined;
  /** Where the repository's files go, relative to `root`: below `.holdfast/modules`. */
  readonly directory: string;
}

interface FetchOptions {
  /** The configuration's directory, absolute. */
  readonly root: string;
  readonly signal: AbortSignal;
}

/** A name as `git check-ref-format` allows it, or a commit; never a refspec or an option. */
const REF = /^(?!.*\.\.)[A-Za-z0-9_.][A-Za-z0-9_./+@=-]*$/;
const COMMIT = /^[0-9a-f]{7,64}$/;

/**
 * Puts the files of a repository at `directory`, without its history; what was there before is replaced once the new
 * files are whole. Submodules are left out, and symbolic links become plain files, so that a module reads nothing but
 * what is in its repository. MODULE_FETCH_FAILED.
 */
export async function fetchModule(request: ModuleRequest, options: FetchOptions): Promise<void> {
  const { root, signal } = options;
  const target = resolve(root, request.directory);
  if (!target.startsWith(join(root, ".holdfast", "modules") + sep)) {
    throw new RangeError(`${request.directory} is no place for a module. This is a bug.`);
  }
  if (request.ref !== undefined && !REF.test(request.ref)) {
    throw failed(request, "its ref is not the name of a branch, a tag or a commit.");
  }
  const temporary = `${target}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    await mkdir(temporary, { recursive: true });
    await download(request, temporary, options);
    await rm(join(temporary, ".git"), { recursive: true, force: true });
    await replace(target, temporary);
  } catch (error) {
    signal.throwIfAborted();
    if (errnoOf(error) === undefined) throw error;
    throw failed(request, `${dirname(target)} cannot be written: ${reasonOfErrno(error)}.`, error);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function replace(target: string, fresh: string): Promise<void> {
  const old = `${fresh}.old`;
  const hadOne = await rename(target, old).then(
    () => true,
    (error: unknown) => {
      if (errnoOf(error) === "ENOENT") return false;
      throw error;
    },
  );
  await rename(fresh, target);
  if (hadOne) await rm(old, { recursive: true, force: true });
}

async function download(
  request: ModuleRequest,
  directory: string,
  { root, signal }: FetchOptions,
): Promise<void> {
  const url = isLocalPath(request.url) ? resolve(root, request.url) : request.url;
  const { ref } = request;
  const git = (...words: readonly string[]) => runGit(words, { directory, signal });
  await must(request, git("init", "--quiet", "--template="));
  await must(request, git("config", "core.symlinks", "false"));
  const quick = ["fetch", "--quiet", "--no-tags", "--depth", "1", "--", url, ref ?? "HEAD"];
  const first = await git(...quick);
  if (first.kind === "done") {
    return must(request, git("checkout", "--quiet", "--detach", "FETCH_HEAD"));
  }
  if (ref === undefined || !COMMIT.test(ref)) throw explain(request, first);
  // A server may refuse to give a single commit, and none knows a shortened one: then all that its branches and tags hold.
  const everything = ["+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"];
  await must(request, git("fetch", "--quiet", "--", url, ...everything));
  await must(request, git("checkout", "--quiet", "--detach", ref, "--"));
}

/** Neither `scheme://…` nor `user@host:path`. */
function isLocalPath(url: string): boolean {
  return !/^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(url) && !/^[^/\\]+:/.test(url);
}

async function must(request: ModuleRequest, run: Promise<GitOutcome>): Promise<void> {
  const outcome = await run;
  if (outcome.kind !== "done") throw explain(request, outcome);
}

function explain(
  request: ModuleRequest,
  outcome: Exclude<GitOutcome, { readonly kind: "done" }>,
): DiagnosticError {
  if (outcome.kind === "missing") {
    return failed(request, "there is no program git on PATH. Install Git.");
  }
  return failed(request, `git says: ${withoutUserinfo(outcome.complaint)}`);
}

function failed({ url, ref }: ModuleRequest, why: string, cause?: unknown): DiagnosticError {
  const what = `${withoutUserinfo(url)}${ref === undefined ? "" : ` (${ref})`}`;
  return failure(
    {
      code: "MODULE_FETCH_FAILED",
      summary: "Module not fetched",
      detail: `The module ${what} cannot be fetched: ${why} What was fetched before is as it was. Check the address, the ref and your right to read there, then run again:\n\n    holdfast init`,
    },
    cause,
  );
}
