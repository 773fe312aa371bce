import { type Dirent, readdirSync, readFileSync, type Stats, statSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve, sep } from "node:path";
import type {
  EnvironmentFault,
  FileKind,
  FolderEntry,
  FunctionFiles,
} from "../../core/language/functions/function-environment.ts";
import { errnoOf, reasonOfErrno } from "./file-failure.ts";

/** The files that functions of the language see, from a configuration's directory on. */
export function createFunctionFiles(directory: string): FunctionFiles {
  const root = resolve(directory);
  const at = (path: string) => resolve(root, path);
  return {
    readBytes: (path) => attempt(() => ({ bytes: readFileSync(at(path)) })),
    kindOf: (path) => attempt(() => ({ kind: kindAt(at(path)) })),
    listFolder: (path) => attempt(() => ({ entries: entriesOf(at(path)) })),
    resolve: (path) => at(path).replaceAll(sep, "/"),
    home: homedir() || undefined,
  };
}

function attempt<T>(act: () => T): T | EnvironmentFault {
  try {
    return act();
  } catch (error) {
    return { fault: reasonOfErrno(error) };
  }
}

function kindAt(path: string): FileKind | undefined {
  try {
    return kindOf(statSync(path));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  const errno = errnoOf(error);
  return errno === "ENOENT" || errno === "ENOTDIR";
}

function kindOf(found: Stats | Dirent): FileKind {
  if (found.isFile()) return "file";
  return found.isDirectory() ? "folder" : "other";
}

function entriesOf(folder: string): readonly FolderEntry[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).map((entry) => {
      const { name } = entry;
      if (!entry.isSymbolicLink()) return { name, kind: kindOf(entry), isLink: false };
      return { name, kind: kindBehind(join(folder, name)), isLink: true };
    });
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** A link in a circle, or to what may not be seen, leads to nothing; the other entries of its folder do not suffer. */
function kindBehind(link: string): FileKind | undefined {
  try {
    return kindAt(link);
  } catch {
    return undefined;
  }
}
