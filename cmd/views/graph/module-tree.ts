import type { PictureNode } from "./graph-picture.ts";

/** A module with its nodes and the modules inside it. The root's address is empty. */
export interface ModuleTree {
  readonly address: string;
  readonly nodes: readonly PictureNode[];
  readonly modules: readonly ModuleTree[];
}

interface GrowingTree {
  readonly address: string;
  readonly nodes: PictureNode[];
  readonly modules: GrowingTree[];
}

/** Puts nodes into their modules, in the order given. */
export function groupByModule(nodes: readonly PictureNode[]): ModuleTree {
  const root: GrowingTree = { address: "", nodes: [], modules: [] };
  const byAddress = new Map<string, GrowingTree>([["", root]]);
  const moduleAt = (address: string): GrowingTree => {
    const known = byAddress.get(address);
    if (known !== undefined) return known;
    const made: GrowingTree = { address, nodes: [], modules: [] };
    byAddress.set(address, made);
    moduleAt(outerModule(address)).modules.push(made);
    return made;
  };
  for (const node of nodes) moduleAt(node.module).nodes.push(node);
  return root;
}

/** `module.a` for `module.a.module.b`, and the root for `module.a`. */
function outerModule(address: string): string {
  return address.split(".").slice(0, -2).join(".");
}
