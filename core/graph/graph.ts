/** What needs what: for each node the nodes that must come before it. Unknown names and self-references count for cycles only. */
export type Dependencies<K extends string> = ReadonlyMap<K, readonly K[]>;

/** An order in which everything comes after what it needs, or the first cycle found (`a, b, a`). */
export type Ordering<K extends string> =
  | { readonly order: readonly K[] }
  | { readonly cycle: readonly K[] };

/** Depth first in the order of the nodes given, without recursion: chains may be long. */
export function orderGraph<K extends string>(graph: Dependencies<K>): Ordering<K> {
  const order: K[] = [];
  const done = new Set<K>();
  for (const root of graph.keys()) {
    const cycle = visitFrom(root, { graph, done, order });
    if (cycle !== undefined) return { cycle };
  }
  return { order };
}

interface Visit<K extends string> {
  readonly graph: Dependencies<K>;
  readonly done: Set<K>;
  readonly order: K[];
}

function visitFrom<K extends string>(root: K, visit: Visit<K>): readonly K[] | undefined {
  const { graph, done, order } = visit;
  if (done.has(root)) return undefined;
  const stack = [{ node: root, next: 0 }];
  const open = new Set<K>([root]);
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const needed = graph.get(top.node)?.[top.next];
    top.next += 1;
    if (needed === undefined) {
      done.add(top.node);
      open.delete(top.node);
      order.push(top.node);
      stack.pop();
    } else if (open.has(needed)) {
      const path = stack.map(({ node }) => node);
      return [...path.slice(path.indexOf(needed)), needed];
    } else if (graph.has(needed) && !done.has(needed)) {
      open.add(needed);
      stack.push({ node: needed, next: 0 });
    }
  }
  return undefined;
}

/** The same nodes with every edge turned round: for each node the nodes that need it. */
export function reverseGraph<K extends string>(graph: Dependencies<K>): Dependencies<K> {
  const reversed = new Map<K, K[]>([...graph.keys()].map((node) => [node, []]));
  for (const [node, needs] of graph) for (const needed of needs) reversed.get(needed)?.push(node);
  return reversed;
}

/** The nodes given and all that they need, directly or not. */
export function closureOf<K extends string>(
  graph: Dependencies<K>,
  roots: Iterable<K>,
): ReadonlySet<K> {
  const found = new Set<K>();
  const open = [...roots];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (found.has(node) || !graph.has(node)) continue;
    found.add(node);
    open.push(...(graph.get(node) ?? []));
  }
  return found;
}
