import type { SourceRange } from "../../diagnostics/source-range.ts";
import type { Attribute } from "../../language/body.ts";
import type { Expression, Reference } from "../../language/expression.ts";
import { references } from "../../language/references.ts";
import type { GraphNode } from "../configuration.ts";
import { readReferences } from "../read/address-expression.ts";
import type { AddressedBlock } from "../read/addressed-block.ts";
import { type BlockReferences, referencesOfBlock } from "../read/block-references.ts";
import type { CheckBlock } from "../read/check-block.ts";
import { expressionsOfConditions } from "../read/condition.ts";
import type { ModuleCall } from "../read/module-call.ts";
import type { ModuleNode } from "../read/module-tree.ts";
import { expressionsOfOutput, type OutputBlock } from "../read/output-block.ts";
import type { VariableBlock } from "../read/variable-block.ts";

/** A block of a module, and what it is evaluated from. */
export type BlockContent =
  | { readonly kind: "variable"; readonly block: VariableBlock }
  | { readonly kind: "local"; readonly name: string; readonly attribute: Attribute }
  | { readonly kind: "output"; readonly block: OutputBlock }
  | { readonly kind: "resource"; readonly block: AddressedBlock }
  | { readonly kind: "data"; readonly block: AddressedBlock }
  | { readonly kind: "module"; readonly block: ModuleCall }
  | { readonly kind: "check"; readonly block: CheckBlock };

export interface BlockNode extends GraphNode {
  readonly at: ModuleNode;
  readonly content: BlockContent;
}

/** All blocks of a module that have a name to refer to or refer to others. */
export function blocksOf(module: ModuleNode): readonly BlockNode[] {
  const { folder } = module;
  const contents: readonly BlockContent[] = [
    ...[...folder.variables.values()].map((block) => ({ kind: "variable", block }) as const),
    ...[...folder.locals].map(([name, attribute]) => ({ kind: "local", name, attribute }) as const),
    ...[...folder.resources.values()].map((block) => ({ kind: "resource", block }) as const),
    ...[...folder.data.values()].map((block) => ({ kind: "data", block }) as const),
    ...[...folder.calls.values()].map((block) => ({ kind: "module", block }) as const),
    ...[...folder.outputs.values()].map((block) => ({ kind: "output", block }) as const),
    ...[...folder.checks.values()].map((block) => ({ kind: "check", block }) as const),
  ];
  return contents.map((content) => {
    const label = labelOf(content);
    return {
      id: idOf(module, label),
      kind: content.kind,
      module: module.id,
      label,
      range: rangeOf(content),
      at: module,
      content,
    };
  });
}

/** The id of a block in a module, given its label: `module.eu.server.orders`. */
export function idOf(module: ModuleNode, label: string): string {
  return module.id === "" ? label : `${module.id}.${label}`;
}

function labelOf(content: BlockContent): string {
  switch (content.kind) {
    case "variable":
      return `var.${content.block.name}`;
    case "local":
      return `local.${content.name}`;
    case "resource":
      return `${content.block.type}.${content.block.name}`;
    case "data":
      return `data.${content.block.type}.${content.block.name}`;
    case "output":
    case "module":
    case "check":
      return `${content.kind}.${content.block.name}`;
    default:
      return content satisfies never;
  }
}

function rangeOf(content: BlockContent): SourceRange {
  return content.kind === "local" ? content.attribute.nameRange : content.block.range;
}

type Found = Pick<BlockReferences, "all" | "texts">;

/** What the block refers to in its own module; a module's inputs belong to its variables. */
export function referencesOf(content: BlockContent): Found {
  switch (content.kind) {
    case "variable":
      return inExpressions([]);
    case "local":
      return inExpressions([content.attribute.expression]);
    case "output":
      return inExpressions(expressionsOfOutput(content.block));
    case "resource":
    case "data":
      return referencesOfBlock(content.block);
    case "module": {
      const { forEach, count } = content.block.meta;
      const own = [forEach?.expression, count?.expression];
      return inExpressions(own.filter((expression) => expression !== undefined));
    }
    case "check":
      return inExpressions(expressionsOfConditions(content.block.asserts));
    default:
      return content satisfies never;
  }
}

function inExpressions(expressions: readonly Expression[]): Found {
  return { all: expressions.flatMap(references), texts: [] };
}

/** What the block names without reading its value: in `depends_on`, and what replaces it. */
export function dependsOnOf(content: BlockContent): readonly Reference[] {
  switch (content.kind) {
    case "resource":
    case "data": {
      const { meta, lifecycle } = content.block;
      const triggers = lifecycle.triggers && readReferences(lifecycle.triggers);
      return [...meta.dependsOn, ...(triggers ?? []).filter((each) => each !== undefined)];
    }
    case "module":
      return content.block.meta.dependsOn;
    case "output":
      return content.block.dependsOn;
    case "variable":
    case "local":
    case "check":
      return [];
    default:
      return content satisfies never;
  }
}
