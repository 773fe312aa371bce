import { isResourceType, RESOURCES } from "../../../schemas/blocks/resources.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Reference } from "../../language/expression.ts";
import { didYouMean } from "../../language/suggestion.ts";
import type { ModuleNode } from "../read/module-tree.ts";
import { problem } from "../report.ts";

/** What a reference names in its module, and how many of its steps say so. */
export interface Target {
  readonly kind: "variable" | "local" | "resource" | "data" | "module";
  /** A name, or `type.name`. */
  readonly key: string;
  readonly steps: number;
}

export type TargetOutcome = Target | { readonly fault: Diagnostic };

/** Names that mean something without any block; some only inside certain blocks. */
const PLAIN_ROOTS: readonly string[] = ["path", "holdfast", "each", "count", "self"];

/** What a reference names; undefined where its root is no kind of block. */
export function findTarget(reference: Reference, module: ModuleNode): TargetOutcome | undefined {
  const { folder } = module;
  const { root } = reference;
  if (root === "var") return named(reference, "variable", folder.variables);
  if (root === "local") return named(reference, "local", folder.locals);
  if (root === "module") return named(reference, "module", folder.calls);
  if (root === "data") return dataTarget(reference, module);
  if (isResourceType(root)) return resourceTarget(reference, module);
  return PLAIN_ROOTS.includes(root) ? undefined : { fault: unknownRoot(reference, module) };
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
  return { fault: missing(reference, { noun: NOUNS[kind], name: key, names: [...known.keys()] }) };
}

function resourceTarget(reference: Reference, { folder }: ModuleNode): TargetOutcome {
  const { root } = reference;
  const name = nameAt(reference, 0);
  const key = `${root}.${name}`;
  if (folder.resources.has(key)) return { kind: "resource", key, steps: 1 };
  return {
    fault: missing(reference, { noun: root, name, names: namesOf(folder.resources, root) }),
  };
}

function dataTarget(reference: Reference, { folder }: ModuleNode): TargetOutcome {
  const type = nameAt(reference, 0);
  const name = nameAt(reference, 1);
  const key = `${type}.${name}`;
  if (folder.data.has(key)) return { kind: "data", key, steps: 2 };
  if (type === undefined || name === undefined) {
    const detail = '"data" alone is no value. Write data.TYPE.NAME.';
    return { fault: unknownReference(reference, "Incomplete reference", detail) };
  }
  const names = namesOf(folder.data, type);
  return { fault: missing(reference, { noun: `data source of type ${type}`, name, names }) };
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
  const types = Object.keys(RESOURCES);
  const hint = didYouMean(root, ["var", "local", "path", "module", "data", ...types]);
  const local = hint === "" ? hintOfName(root, folder) : hint;
  const detail = `"${root}" is no type of block that can be referred to, and neither var, local, data, module nor path.${local}`;
  return unknownReference(reference, "Unknown reference", detail);
}

/** Whoever writes a bare name often means a variable or a local value. */
function hintOfName(name: string, { variables, locals }: ModuleNode["folder"]): string {
  if (variables.has(name)) return ` Did you mean "var.${name}"?`;
  return locals.has(name) ? ` Did you mean "local.${name}"?` : "";
}

export function unknownReference(
  reference: Reference,
  summary: string,
  detail: string,
): Diagnostic {
  return problem({ summary, detail, subject: reference.range }, "LANGUAGE_UNKNOWN_REFERENCE");
}
