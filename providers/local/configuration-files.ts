import type { Stats } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import {
  type Diagnostic,
  errorDiagnostic,
  warningDiagnostic,
} from "../../core/diagnostics/diagnostic.ts";
import { errnoOf, reasonOfErrno } from "./file-failure.ts";

export interface ProjectFile {
  /** Relative to the project's directory. */
  readonly filename: string;
  readonly bytes: Uint8Array;
}

/** The files that could be read, and what is to be said of the others. */
export interface ReadFiles {
  readonly files: readonly ProjectFile[];
  readonly diagnostics: readonly Diagnostic[];
}

/** More than the language takes; beyond it nothing is read into memory. */
const SIZE_LIMIT = 64 * 2 ** 20;

/** Reads files of one folder. One that cannot be read keeps none of the others from being read. */
export async function readConfigurationFiles(
  folder: string,
  names: readonly string[],
): Promise<ReadFiles> {
  const files: ProjectFile[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const filename of names) {
    const found = await readOne(folder, filename);
    if ("bytes" in found) files.push(found);
    else diagnostics.push(found);
  }
  return { files, diagnostics };
}

async function readOne(folder: string, filename: string): Promise<ProjectFile | Diagnostic> {
  const path = join(folder, filename);
  try {
    const facts = await stat(path);
    if (facts.isDirectory()) return ignoredFolder(filename);
    const why = whyNoConfigurationFile(facts);
    if (why !== undefined) return unreadableFile(filename, why);
    return { filename, bytes: await readFile(path) };
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return unreadableFile(filename, reasonOfErrno(error));
  }
}

/** Why this is not read at all, as the end of a sentence: a pipe or a device may never end. */
export function whyNoConfigurationFile(facts: Stats): string | undefined {
  if (!facts.isFile()) return "it is no regular file";
  if (facts.size <= SIZE_LIMIT) return undefined;
  return `it has ${facts.size} bytes, too many for a configuration`;
}

function unreadableFile(filename: string, why: string): Diagnostic {
  return errorDiagnostic({
    code: "FILE_UNREADABLE",
    summary: "Unreadable file",
    detail: `The configuration file ${filename} cannot be read, because ${why}. The configuration is not whole without it: let the account that runs Holdfast read it, or move it out of this folder.`,
  });
}

function ignoredFolder(filename: string): Diagnostic {
  return warningDiagnostic({
    code: "FILE_IGNORED",
    summary: "Folder named like a file",
    detail: `${filename} is a folder, so it is no part of this configuration. Give it another name, or call it as a module.`,
  });
}
