import { DATA_SOURCES } from "../../../schemas/blocks/data-sources.ts";
import { isResourceType, RESOURCES } from "../../../schemas/blocks/resources.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Reference } from "../../language/expression.ts";
import { didYouMean } from "../../language/suggestion.ts";
import { textOfReference } from "../read/address-expression.ts";
import type { ModuleNode } from "../read/module-tree.ts";
import { problem } from "../report.ts";

/** What a reference names in its module, and how many of its steps say so. */
export interface Target {
  readonly kind: "variable" | "local" | "resource" | "data" | "module";
  /** A name, or `type.name`. */
  readonly key: string;
  readonly steps: number;
}

/** Without diagnostics where the block that is named was reported itself. */
export type TargetOutcome = Target | { readonly faults: readonly Diagnostic[] };

/** Names that mean something without any block; some only inside certain blocks. */
const PLAIN_ROOTS: readonly string[] = ["path", "holdfast", "each", "count", "self"];

/** What a reference names; undefined where its root is no kind of block. */
export function findTarget(reference: Reference, module: ModuleNode): TargetOutcome | undefined {
  const { folder } = module;
  const { root } = reference;
  if (root === "var") return named(reference, "variable", folder.variables);
  if (root === "local") return named(reference, "local", folder.locals);
  if (root === "module") return moduleTarget(reference, module);
  if (root === "data") return dataTarget(reference, module);
  if (isResourceType(root)) return resourceTarget(reference, module);
  return PLAIN_ROOTS.includes(root) ? undefined : { faults: [unknownRoot(reference, module)] };
}

const NOUNS = {
  variable: "input variable",
  local: "local value",
  module: "module",
  resource: "block",
  data: "data source",
} as const;

function named(
  reference: Reference,
  kind: "variable" | "local" | "module",
  known: ReadonlyMap<string, unknown>,
): TargetOutcome {
  const key = nameAt(reference, 0);
  if (key !== undefined && known.has(key)) return { kind, key, steps: 1 };
  return {
    faults: [missing(reference, { noun: NOUNS[kind], name: key, names: [...known.keys()] })],
  };
}

function moduleTarget(reference: Reference, { folder, children }: ModuleNode): TargetOutcome {
  const found = named(reference, "module", folder.calls);
  if ("faults" in found) return found;
  const call = folder.calls.get(found.key);
  const outputs = children.get(found.key)?.folder.outputs;
  const isOne = call?.meta.forEach === undefined && call?.meta.count === undefined;
  const hasKey = reference.steps[1]?.kind === "index";
  const name = isOne === hasKey ? undefined : nameAt(reference, hasKey ? 2 : 1);
  if (name === undefined || outputs === undefined || outputs.has(name)) return found;
  const names = [...outputs.keys()];
  const noun = `output of module.${found.key}`;
  return { faults: [missing(reference, { noun, name, names })] };
}

function resourceTarget(reference: Reference, { folder }: ModuleNode): TargetOutcome {
  const { root } = reference;
  const name = nameAt(reference, 0);
  const key = `${root}.${name}`;
  if (folder.resources.has(key)) return { kind: "resource", key, steps: 1 };
  if (folder.misspelt.has(key)) return { faults: [] };
  const names = namesOf(folder.resources, root);
  return { faults: [missing(reference, { noun: root, name, names })] };
}

function dataTarget(reference: Reference, { folder }: ModuleNode): TargetOutcome {
  const type = nameAt(reference, 0);
  const name = nameAt(reference, 1);
  const key = `${type}.${name}`;
  if (folder.data.has(key)) return { kind: "data", key, steps: 2 };
  if (type === undefined || name === undefined) {
    const detail = '"data" alone is no value. Write data.TYPE.NAME.';
    return { faults: [unknownReference(reference, "Incomplete reference", detail)] };
  }
  if (folder.resources.has(key)) {
    const detail = `"data" stands before data sources only, and ${key} is none. Write ${key}.`;
    return { faults: [unknownReference(reference, "Unknown reference", detail)] };
  }
  const names = namesOf(folder.data, type);
  return { faults: [missing(reference, { noun: `data source of type ${type}`, name, names })] };
}

function namesOf(blocks: ReadonlyMap<string, { type: string; name: string }>, type: string) {
  return [...blocks.values()].filter((block) => block.type === type).map(({ name }) => name);
}

/** The name that a step gives; undefined where it is no name. */
export function nameAt({ steps }: Reference, at: number): string | undefined {
  const step = steps[at];
  if (step === undefined) return undefined;
  if (step.kind === "attribute") return step.name;
  return typeof step.key === "string" ? step.key : undefined;
}

interface Missing {
  readonly noun: string;
  readonly name: string | undefined;
  readonly names: readonly string[];
}

function missing(reference: Reference, { noun, name, names }: Missing): Diagnostic {
  if (name === undefined) {
    const detail = `"${reference.root}" alone is no value. Write ${reference.root}.NAME with the name of ${article(noun)} ${noun}.`;
    return unknownReference(reference, "Incomplete reference", detail);
  }
  const list = names.length > 0 && names.length <= 5 ? ` Declared: ${names.join(", ")}.` : "";
  const hint = didYouMean(name, names) || list;
  const detail = `No ${noun} is declared with the name "${name}".${hint}`;
  return unknownReference(reference, "Unknown reference", detail);
}

function article(noun: string): string {
  return /^[aeiou]/.test(noun) ? "an" : "a";
}

function unknownRoot(reference: Reference, { folder }: ModuleNode): Diagnostic {
  const { root } = reference;
  const detail = `A reference starts with the type of a block, such as server, or with var, local, data, module or path, and "${root}" is none of these.${hintOfRoot(reference, folder)}`;
  return unknownReference(reference, "Unknown reference", detail);
}

/** Names of Terraform that have another place here. */
const FOREIGN: Readonly<Record<string, string>> = {
  terraform:
    " Holdfast has no workspaces: a folder is one configuration, and what differs between environments is a variable.",
  variable: ' Did you mean "var"?',
  locals: ' Did you mean "local"?',
};

/** Whoever writes a bare name often means a variable, a local value or a text. */
function hintOfRoot(reference: Reference, folder: ModuleNode["folder"]): string {
  const { root, steps } = reference;
  const { variables, locals } = folder;
  if (variables.has(root)) return ` Did you mean "var.${root}"?`;
  if (locals.has(root)) return ` Did you mean "local.${root}"?`;
  if (Object.hasOwn(DATA_SOURCES, root))
    return ` Did you mean "data.${textOfReference(reference)}"?`;
  if (Object.hasOwn(FOREIGN, root)) return FOREIGN[root] ?? "";
  const roots = ["var", "local", "path", "module", "data", ...Object.keys(RESOURCES)];
  const hint = didYouMean(root, roots);
  const isPlain = steps.every(({ kind }) => kind === "attribute");
  if (hint !== "" || !isPlain) return hint;
  return ` If it is a text, put it in quotation marks: "${textOfReference(reference)}".`;
}

export function unknownReference(
  reference: Reference,
  summary: string,
  detail: string,
): Diagnostic {
  return problem({ summary, detail, subject: reference.range }, "LANGUAGE_UNKNOWN_REFERENCE");
}
