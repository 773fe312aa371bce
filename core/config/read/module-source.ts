import { createHash } from "node:crypto";

/** Where a module's files come from. */
export type ModuleSource =
  | { readonly kind: "local"; readonly directory: string }
  | {
      readonly kind: "git";
      readonly url: string;
      readonly ref: string | undefined;
      /** Where the repository is expected. */
      readonly checkout: string;
      /** Where in it the module stands. */
      readonly directory: string;
    };

/** Why a source is none, as a sentence. */
interface Fault {
  readonly fault: string;
}

/** Where repositories are kept, relative to the configuration's directory. */
const CHECKOUTS = ".holdfast/modules";

/**
 * Reads a source: `./folder` and `../folder` are relative to the directory of the module that says so; `git::URL` is a
 * repository, with `//folder` in it and `?ref=` behind it. Gives a sentence where it is neither.
 */
export function parseModuleSource(text: string, caller: string): ModuleSource | Fault {
  if (/^\.\.?(?:\/|$)/.test(text)) return { kind: "local", directory: joinPath(caller, text) };
  const [, rest] = /^git::(.+)$/s.exec(text) ?? [];
  if (rest !== undefined) return parseGit(rest);
  return {
    fault: `It is neither a folder that starts with ./ or ../ nor a Git repository that starts with git::.${hintOfSource(text)}`,
  };
}

/** A host, a module of a registry, or a folder without its dot. */
function hintOfSource(text: string): string {
  if (/^(?:https?|ssh):\/\/|^git@/.test(text)) return ` For a repository write "git::${text}".`;
  if (/^[\w-]+(?:\.[\w-]+)+\/./.test(text)) {
    return ` For a repository write "git::https://${text}"; there is no registry of modules.`;
  }
  if (/^[\w-]+\/[\w-]+\/[\w-]+$/.test(text)) {
    return ` There is no registry of modules: copy the module into a folder, or name its repository.`;
  }
  return /^[\w.-]+(?:\/[\w.-]+)*$/.test(text)
    ? ` For a folder beside the files write "./${text}".`
    : "";
}

function parseGit(text: string): ModuleSource | Fault {
  const [address, query = ""] = splitOnce(text, "?");
  const parameters = new URLSearchParams(query);
  const scheme = /^[a-z][a-z+]*:\/\//.exec(address)?.[0] ?? "";
  const [location, folder = ""] = splitOnce(address.slice(scheme.length), "//");
  const url = scheme + location;
  const ref = parameters.get("ref") ?? undefined;
  const fault = gitFault({ url, location, folder, ref, parameters });
  if (fault !== undefined) return { fault };
  const checkout = `${CHECKOUTS}/${nameOfCheckout(url, ref)}`;
  const directory = folder === "" ? checkout : `${checkout}/${folder.replace(/\/+$/, "")}`;
  return { kind: "git", url, ref, checkout, directory };
}

interface GitParts {
  readonly url: string;
  readonly location: string;
  readonly folder: string;
  readonly ref: string | undefined;
  readonly parameters: URLSearchParams;
}

function gitFault({ url, location, folder, ref, parameters }: GitParts): string | undefined {
  const unknown = [...parameters.keys()].find((name) => name !== "ref");
  if (unknown !== undefined) return `Behind the question mark only ref is known, not ${unknown}.`;
  if (ref !== undefined && !/^[\w.][\w./+-]*$/.test(ref)) {
    return "The ref is not the name of a branch, a tag or a commit.";
  }
  if (location === "" || url.startsWith("-")) {
    return "It names no repository. Write git::https://HOST/REPOSITORY.git.";
  }
  const leaves = folder.split("/").includes("..");
  return leaves ? "The folder behind // stays within the repository." : undefined;
}

/** Readable, and different for each pair of repository and ref. */
function nameOfCheckout(url: string, ref: string | undefined): string {
  const name = /([\w.-]*?)(?:\.git)?\/*$/.exec(url)?.[1] ?? "";
  const digest = createHash("sha256")
    .update(JSON.stringify([url, ref ?? null]))
    .digest("hex");
  return `${name}${name === "" ? "" : "-"}${digest.slice(0, 12)}`;
}

function splitOnce(text: string, separator: string): readonly [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}

/** A path with `/`, relative to the configuration's directory, without `.` and with `..` only at its start. */
function joinPath(base: string, path: string): string {
  const steps: string[] = [];
  for (const step of `${base}/${path}`.split("/")) {
    if (step === "" || step === ".") continue;
    if (step === ".." && steps.length > 0 && steps.at(-1) !== "..") steps.pop();
    else steps.push(step);
  }
  return steps.length === 0 ? "." : steps.join("/");
}
