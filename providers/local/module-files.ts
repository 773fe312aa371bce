import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, posix } from "node:path";
import { whyNoConfigurationFile } from "./configuration-files.ts";
import { errnoOf, reasonOfErrno } from "./file-failure.ts";

interface ModuleFile {
  /** Relative to the configuration's directory. */
  readonly filename: string;
  readonly bytes: Uint8Array;
}

/** `fault`: why the folder or a file of it cannot be read, as the end of a sentence. */
export type ModuleFolder =
  | { readonly kind: "files"; readonly files: readonly ModuleFile[] }
  | { readonly kind: "absent" }
  | { readonly kind: "fault"; readonly fault: string };

const CONFIGURATION = /\.hcl(?:\.json)?$/;
const TEST = /\.hcltest\.(?:hcl|json)$/;

/** The configuration files of a module, by the rule that holds for the project's own folder. `root` is absolute. */
export function readModuleFolder(root: string, directory: string): ModuleFolder {
  const folder = join(root, directory);
  try {
    const names = readdirSync(folder)
      .filter((name) => !name.startsWith(".") && CONFIGURATION.test(name) && !TEST.test(name))
      .sort();
    return { kind: "files", files: names.flatMap((name) => readOne(folder, directory, name)) };
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return { kind: "absent" };
    if (error instanceof UnreadableFile) return { kind: "fault", fault: error.message };
    return { kind: "fault", fault: reasonOfErrno(error) };
  }
}

class UnreadableFile extends Error {}

function readOne(folder: string, directory: string, name: string): readonly ModuleFile[] {
  const path = join(folder, name);
  try {
    const facts = statSync(path);
    if (facts.isDirectory()) return [];
    const why = whyNoConfigurationFile(facts);
    if (why !== undefined) throw new UnreadableFile(`${name} cannot be read, because ${why}`);
    return [{ filename: posix.join(directory, name), bytes: readFileSync(path) }];
  } catch (error) {
    if (error instanceof UnreadableFile) throw error;
    throw new UnreadableFile(`${name} cannot be read, because ${reasonOfErrno(error)}`, {
      cause: error,
    });
  }
}
