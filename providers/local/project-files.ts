import { randomBytes } from "node:crypto";
import { open, readdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { type DiagnosticError, failure } from "../../core/diagnostics/diagnostic.ts";
import { errnoOf, reasonOfErrno } from "./file-failure.ts";

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
}

const CONFIGURATION = /\.hcl(?:\.json)?$/;
const TEST = /\.hcltest\.(?:hcl|json)$/;
const AUTO_VARIABLES = /\.auto\.hclvars(?:\.json)?$/;

function unreadable(path: string, error: unknown): DiagnosticError {
  return failure(
    {
      code: "FILE_UNREADABLE",
      summary: "Unreadable file",
      detail: `${path} cannot be read, because ${reasonOfErrno(error)}. Check the path and who may read it.`,
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
            detail: `${path} cannot be written, because ${reasonOfErrno(error)}. Check the folder and who may write to it.`,
          },
          error,
        );
      }
    },
  };
}
