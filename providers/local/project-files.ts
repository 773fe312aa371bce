import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { open, readdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { type DiagnosticError, failure } from "../../core/diagnostics/diagnostic.ts";
import { errnoOf } from "./file-failure.ts";

interface ProjectFile {
  /** Relative to the project's directory. */
  readonly filename: string;
  readonly bytes: Uint8Array;
}

/** The files of one project directory. Sub-directories are other configurations. */
export interface ProjectFolder {
  list(): Promise<{
    readonly files: readonly ProjectFile[];
    readonly autoFiles: readonly ProjectFile[];
  }>;
  resolve(path: string): string;
  read(path: string): Promise<Uint8Array>;
  write(path: string, bytes: Uint8Array): Promise<void>;
  /** For the language's `file()`: the text, or the fault as the end of a sentence. */
  readText(path: string): { readonly text: string } | { readonly fault: string };
}

const CONFIGURATION = /\.hcl(?:\.json)?$/;
const TEST = /\.hcltest\.(?:hcl|json)$/;
const AUTO_VARIABLES = /\.auto\.hclvars(?:\.json)?$/;

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "permission is denied",
  EPERM: "the operation is not permitted",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of its path is not a folder",
  ELOOP: "its symbolic links go in a circle",
  ENOSPC: "the disk is full",
  EROFS: "the file system is read-only",
};

function reasonOf(error: unknown): string {
  const errno = errnoOf(error);
  return REASONS[errno ?? ""] ?? errno ?? "of an unknown reason";
}

function unreadable(path: string, error: unknown): DiagnosticError {
  return failure(
    {
      code: "FILE_UNREADABLE",
      summary: "Unreadable file",
      detail: `${path} cannot be read, because ${reasonOf(error)}. Check the path and who may read it.`,
    },
    error,
  );
}

async function readConfiguration(root: string, names: readonly string[]): Promise<ProjectFile[]> {
  const files: ProjectFile[] = [];
  for (const filename of names) {
    try {
      files.push({ filename, bytes: await readFile(join(root, filename)) });
    } catch (error) {
      if (errnoOf(error) !== "EISDIR") throw unreadable(filename, error);
    }
  }
  return files;
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = join(dirname(path), `.holdfast-${randomBytes(6).toString("hex")}.tmp`);
  try {
    const file = await open(temporary, "wx", 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Opens the folder of a configuration; `directory` may be relative to the working directory. */
export function openProjectFolder(directory: string): ProjectFolder {
  const root = resolve(directory);
  const at = (path: string) => resolve(root, path);
  return {
    resolve: at,
    async list() {
      try {
        const names = (await readdir(root)).filter((name) => !name.startsWith(".")).sort();
        const isConfiguration = (name: string) => CONFIGURATION.test(name) && !TEST.test(name);
        return {
          files: await readConfiguration(root, names.filter(isConfiguration)),
          autoFiles: await readConfiguration(
            root,
            names.filter((name) => AUTO_VARIABLES.test(name)),
          ),
        };
      } catch (error) {
        throw errnoOf(error) === undefined ? error : unreadable(directory, error);
      }
    },
    async read(path) {
      try {
        return await readFile(at(path));
      } catch (error) {
        throw unreadable(path, error);
      }
    },
    async write(path, bytes) {
      try {
        await writeWhole(at(path), bytes);
      } catch (error) {
        throw failure(
          {
            code: "FILE_NOT_WRITABLE",
            summary: "File not writable",
            detail: `${path} cannot be written, because ${reasonOf(error)}. Check the folder and who may write to it.`,
          },
          error,
        );
      }
    },
    readText(path) {
      try {
        const text = new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(at(path)));
        return { text };
      } catch (error) {
        return { fault: errnoOf(error) === undefined ? "the file is not UTF-8" : reasonOf(error) };
      }
    },
  };
}
