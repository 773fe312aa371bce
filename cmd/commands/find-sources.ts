import type { SourceTree } from "../../core/language/source-tree.ts";
import { usageError } from "./flags.ts";

const FORMATTED = /\.(?:hcl|hclvars)$/;
const JSON_SYNTAX = /\.(?:hcl|hclvars|hcltest)\.json$/;
/** What editors and systems leave beside sources. */
const IGNORED = /^\.|~$|^#.*#$/;

export interface SearchOptions {
  /** How many levels of folders below a folder are searched. */
  readonly depth: number;
  readonly signal: AbortSignal;
}

/**
 * The files in native syntax that paths name: files themselves, and those of folders. Each once, folder by folder in order
 * of names. Throws CLI_USAGE for a file of another kind; rejects with FILE_UNREADABLE.
 */
export async function findSources(
  paths: readonly string[],
  tree: SourceTree,
  { depth, signal }: SearchOptions,
): Promise<readonly string[]> {
  const found = new Set<string>();
  const visit = async (folder: string, levels: number): Promise<boolean> => {
    signal.throwIfAborted();
    const entries = await tree.list(folder);
    for (const { name, kind } of entries ?? []) {
      if (IGNORED.test(name)) continue;
      const path = folder === "." ? name : `${folder.replace(/\/$/, "")}/${name}`;
      if (kind === "file" && FORMATTED.test(name)) found.add(path);
      if (kind === "folder" && levels > 0) await visit(path, levels - 1);
    }
    return entries !== undefined;
  };
  for (const path of paths.map(plainPath)) {
    if (await visit(path, depth)) continue;
    requireFormatted(path);
    found.add(path);
  }
  return [...found];
}

/** Without `./` before it and slashes behind it. */
function plainPath(path: string): string {
  const plain = path.replace(/^(?:\.\/+)+(?=[^/])/, "");
  return plain.replace(/(?<=[^/])\/+$/, "");
}

function requireFormatted(path: string): void {
  if (FORMATTED.test(path)) return;
  throw usageError(
    JSON_SYNTAX.test(path)
      ? `${path} is JSON. fmt lays out the native syntax, files *.hcl and *.hclvars; for JSON take a formatter of JSON.`
      : `fmt lays out files *.hcl and *.hclvars, and ${path} is none of them.`,
  );
}
