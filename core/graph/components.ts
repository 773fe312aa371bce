import type { Dependencies } from "./graph.ts";

/**
 * Nodes in groups that need each other in a circle, in an order in which every group comes after all that it needs. A
 * node outside any circle is a group of its own. Without recursion: chains may be long. (Tarjan's algorithm.)
 */
export function componentsOf<K extends string>(graph: Dependencies<K>): readonly (readonly K[])[] {
  const search = new ComponentSearch(graph);
  for (const node of graph.keys()) search.visit(node);
  return search.components;
}

interface Frame<K> {
  readonly node: K;
  next: number;
}

class ComponentSearch<K extends string> {
  readonly components: K[][] = [];
  readonly #graph: Dependencies<K>;
  readonly #index = new Map<K, number>();
  readonly #low = new Map<K, number>();
  readonly #open: K[] = [];
  readonly #isOpen = new Set<K>();

  constructor(graph: Dependencies<K>) {
    this.#graph = graph;
  }

  visit(root: K): void {
    if (this.#index.has(root)) return;
    const frames = [this.#enter(root)];
    for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
      const needed = this.#graph.get(frame.node)?.[frame.next];
      frame.next += 1;
      if (needed === undefined) {
        frames.pop();
        this.#leave(frame.node, frames.at(-1)?.node);
      } else if (!this.#index.has(needed)) {
        if (this.#graph.has(needed)) frames.push(this.#enter(needed));
      } else if (this.#isOpen.has(needed)) this.#lower(frame.node, this.#index.get(needed));
    }
  }

  #enter(node: K): Frame<K> {
    const index = this.#index.size;
    this.#index.set(node, index);
    this.#low.set(node, index);
    this.#open.push(node);
    this.#isOpen.add(node);
    return { node, next: 0 };
  }

  #lower(node: K, index = Infinity): void {
    this.#low.set(node, Math.min(this.#low.get(node) ?? Infinity, index));
  }

  #leave(node: K, parent: K | undefined): void {
    if (parent !== undefined) this.#lower(parent, this.#low.get(node));
    if (this.#low.get(node) !== this.#index.get(node)) return;
    const component = this.#open.splice(this.#open.lastIndexOf(node));
    for (const member of component) this.#isOpen.delete(member);
    this.components.push(component);
  }
}
