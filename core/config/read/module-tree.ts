import { errorDiagnostic } from "../../diagnostics/diagnostic.ts";
import type { SourceRange } from "../../diagnostics/source-range.ts";
import type { ModuleFiles, RemoteModule, SourceFile } from "../configuration.ts";
import { problem, type Report } from "../report.ts";
import type { ModuleCall } from "./module-call.ts";
import { type ModuleFolder, readModuleFolder } from "./module-folder.ts";
import { type ModuleSource, parseModuleSource } from "./module-source.ts";
import { parseFiles, type Sources } from "./parse-files.ts";

/** A module as it is called, whether or not it has instances. */
export interface ModuleNode {
  /** `""` for the root, `module.region.module.storage`. */
  readonly id: string;
  /** Relative to the configuration's directory; `.` for the root. */
  readonly directory: string;
  readonly folder: ModuleFolder;
  readonly parent: ModuleNode | undefined;
  /** The block that calls it, in the parent. Undefined for the root. */
  readonly call: ModuleCall | undefined;
  /** By the name of the call; calls whose files are missing or at fault are left out. */
  readonly children: ReadonlyMap<string, ModuleNode>;
}

export interface ModuleTree {
  readonly root: ModuleNode;
  readonly remoteModules: readonly RemoteModule[];
}

interface TreeInput {
  readonly files: readonly SourceFile[];
  readonly readModule: ((directory: string) => ModuleFiles) | undefined;
  readonly sources: Sources;
  readonly report: Report;
}

/** Reads the files of the root and of all modules that are called, directly or not. */
export function readModuleTree(input: TreeInput): ModuleTree {
  return new TreeReader(input).read();
}

/** Modules in all: two calls of the same folder on each of thirty levels would be a billion. */
const MODULE_LIMIT = 10_000;
/** Modules in modules: more are a folder that holds itself, by a symbolic link. */
const DEPTH_LIMIT = 32;

class TreeReader {
  readonly #input: TreeInput;
  readonly #folders = new Map<string, ModuleFolder | undefined>();
  readonly #remote = new Map<string, RemoteModule>();
  #count = 0;
  #isOverLimit = false;

  constructor(input: TreeInput) {
    this.#input = input;
  }

  read(): ModuleTree {
    const { files, sources, report } = this.#input;
    const folder = readModuleFolder(parseFiles(files, sources, report), report);
    this.#folders.set(".", folder);
    const root = this.#node({ id: "", directory: ".", folder, parent: undefined, call: undefined });
    return { root, remoteModules: [...this.#remote.values()] };
  }

  #node(facts: Omit<ModuleNode, "children">): ModuleNode {
    const children = new Map<string, ModuleNode>();
    const node: ModuleNode = { ...facts, children };
    for (const call of facts.folder.calls.values()) {
      const child = this.#child(node, call);
      if (child !== undefined) children.set(call.name, child);
    }
    return node;
  }

  #child(parent: ModuleNode, call: ModuleCall): ModuleNode | undefined {
    if (call.source === undefined || this.#isOverLimit) return undefined;
    const { range } = call.source;
    this.#count += 1;
    if (this.#count > MODULE_LIMIT || depthOf(parent) >= DEPTH_LIMIT) {
      this.#refuseMore(range);
      return undefined;
    }
    const source = parseModuleSource(call.source.text, parent.directory);
    if ("fault" in source) {
      const detail = `${JSON.stringify(call.source.text)} is no source of a module. ${source.fault}`;
      this.#input.report.add(problem({ summary: "Invalid module source", detail, subject: range }));
      return undefined;
    }
    if (callsItself(parent, source.directory)) {
      const detail = `The module in ${source.directory} calls itself, directly or through others, so there would be no end of modules.`;
      const fault = { summary: "Module calls itself", detail, subject: range };
      this.#input.report.add(problem(fault, "CONFIG_CYCLE"));
      return undefined;
    }
    const folder = this.#folder(source, range);
    if (folder === undefined) return undefined;
    const id = `${parent.id === "" ? "" : `${parent.id}.`}module.${call.name}`;
    return this.#node({ id, directory: source.directory, folder, parent, call });
  }

  #refuseMore(subject: SourceRange): void {
    this.#isOverLimit = true;
    const detail = `A configuration has at most ${MODULE_LIMIT} modules, and at most ${DEPTH_LIMIT} within each other, and this call is one too many. Look for a folder of modules that holds itself through a symbolic link, and for modules that call the next one twice; for many like modules write one call with for_each.`;
    this.#input.report.add(
      problem({ summary: "Too many modules", detail, subject }, "CONFIG_MODULE_LIMIT"),
    );
  }

  #folder(source: ModuleSource, range: SourceRange): ModuleFolder | undefined {
    const { directory } = source;
    if (source.kind === "git") this.#noteRemote(source);
    if (!this.#folders.has(directory)) this.#folders.set(directory, this.#open(source, range));
    return this.#folders.get(directory);
  }

  #noteRemote({ url, ref, checkout }: Extract<ModuleSource, { readonly kind: "git" }>): void {
    const isPresent = this.#input.readModule?.(checkout).kind !== "absent";
    this.#remote.set(checkout, { url, ref, directory: checkout, isPresent });
  }

  /** A repository that is there and lacks the folder is not helped by fetching it. */
  #isToFetch(source: ModuleSource): boolean {
    return source.kind === "git" && this.#remote.get(source.checkout)?.isPresent === false;
  }

  #open(source: ModuleSource, subject: SourceRange): ModuleFolder | undefined {
    const { sources, report, readModule } = this.#input;
    const found = readModule?.(source.directory) ?? { kind: "absent" };
    if (found.kind === "files" && found.files.length > 0) {
      return readModuleFolder(parseFiles(found.files, sources, report), report);
    }
    const isMissing = this.#isToFetch(source) && found.kind === "absent";
    report.add(
      errorDiagnostic({
        code: isMissing ? "CONFIG_MODULE_NOT_INSTALLED" : "CONFIG_MODULE_NOT_FOUND",
        summary: isMissing ? "Module not installed" : "Module not found",
        detail: isMissing
          ? "The repository of this module was not fetched yet. Fetch it:\n\n    holdfast init"
          : `${whyEmpty(source.directory, found)} A module is a folder with *.hcl or *.hcl.json files.`,
        subject,
      }),
    );
    return undefined;
  }
}

function depthOf(module: ModuleNode): number {
  let depth = 0;
  for (let node = module.parent; node !== undefined; node = node.parent) depth += 1;
  return depth;
}

function whyEmpty(directory: string, found: ModuleFiles): string {
  if (found.kind === "fault") return `The folder ${directory} cannot be read: ${found.fault}.`;
  return found.kind === "absent"
    ? `There is no folder ${directory}.`
    : `The folder ${directory} holds no configuration.`;
}

function callsItself(caller: ModuleNode, directory: string): boolean {
  for (let node: ModuleNode | undefined = caller; node !== undefined; node = node.parent) {
    if (node.directory === directory) return true;
  }
  return false;
}

/** The module and all below it, parents first. */
export function* modulesOf(node: ModuleNode): Generator<ModuleNode> {
  yield node;
  for (const child of node.children.values()) yield* modulesOf(child);
}
