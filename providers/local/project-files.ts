import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { errnoOf } from "./file-failure.ts";
import { notWritable, unreadable, writeWhole } from "./whole-file.ts";

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
        throw notWritable(path, error);
      }
    },
  };
}
