import { lstat, mkdir, open, readdir, readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { Diagnostic } from "../../core/diagnostics/diagnostic.ts";
import { type ProjectFile, type ReadFiles, readConfigurationFiles } from "./configuration-files.ts";
import { errnoOf } from "./file-failure.ts";
import { notWritable, unreadable, writeWhole } from "./whole-file.ts";

/** The files of one project directory. Sub-directories are other configurations. */
export interface ProjectFolder {
  list(): Promise<{
    readonly files: readonly ProjectFile[];
    readonly autoFiles: readonly ProjectFile[];
    /** Of what is named like a configuration file and cannot be read. */
    readonly diagnostics: readonly Diagnostic[];
  }>;
  /** `*.hcltest.hcl` and `*.hcltest.json`. */
  listTests(): Promise<ReadFiles>;
  resolve(path: string): string;
  read(path: string): Promise<Uint8Array>;
  isThere(path: string): Promise<boolean>;
  look(path: string, length: number): Promise<FoundFile | undefined>;
  makeFolder(path: string): Promise<void>;
  write(path: string, bytes: Uint8Array): Promise<void>;
}

interface FoundFile {
  readonly isFile: boolean;
  readonly start: Uint8Array;
}

const CONFIGURATION = /\.hcl(?:\.json)?$/;
const TEST = /\.hcltest\.(?:hcl|json)$/;
const AUTO_VARIABLES = /\.auto\.hclvars(?:\.json)?$/;

/** Opens the folder of a configuration; `directory` may be relative to the working directory. */
export function openProjectFolder(directory: string): ProjectFolder {
  const root = resolve(directory);
  const at = (path: string) => resolve(root, path);
  return {
    resolve: at,
    async list() {
      const names = await namesIn(root, directory);
      const isConfiguration = (name: string) => CONFIGURATION.test(name) && !TEST.test(name);
      const main = await readConfigurationFiles(root, names.filter(isConfiguration));
      const auto = await readConfigurationFiles(
        root,
        names.filter((name) => AUTO_VARIABLES.test(name)),
      );
      const diagnostics = [...main.diagnostics, ...auto.diagnostics];
      return { files: main.files, autoFiles: auto.files, diagnostics };
    },
    async listTests() {
      const names = await namesIn(root, directory);
      return readConfigurationFiles(
        root,
        names.filter((name) => TEST.test(name)),
      );
    },
    async read(path) {
      try {
        return await readFile(at(path));
      } catch (error) {
        throw unreadable(path, error);
      }
    },
    isThere: async (path) => (await lstat(at(path)).catch(() => undefined)) !== undefined,
    async look(path, length) {
      try {
        return await lookAt(at(path), length);
      } catch (error) {
        if (errnoOf(error) === "ENOENT" || errnoOf(error) === "ENOTDIR") return undefined;
        throw unreadable(path, error);
      }
    },
    async makeFolder(path) {
      try {
        await mkdir(at(path), { recursive: true });
      } catch (error) {
        throw notWritable(path, error);
      }
    },
    async write(path, bytes) {
      try {
        await writeWhole(at(path), bytes);
      } catch (error) {
        throw notWritable(path, error);
      }
    },
  };
}

/** A pipe would be waited for, so only files are opened. */
async function lookAt(path: string, length: number): Promise<FoundFile | undefined> {
  const found = await stat(path);
  if (found.isDirectory()) return undefined;
  if (!found.isFile()) return { isFile: false, start: new Uint8Array() };
  await using file = await open(path, "r");
  const { buffer, bytesRead } = await file.read(new Uint8Array(length), 0, length, 0);
  return { isFile: true, start: buffer.subarray(0, bytesRead) };
}

/** In ordinal order, without hidden ones. */
async function namesIn(root: string, directory: string): Promise<readonly string[]> {
  try {
    return (await readdir(root)).filter((name) => !name.startsWith(".")).sort();
  } catch (error) {
    throw errnoOf(error) === undefined ? error : unreadable(directory, error);
  }
}
