/** Which nodes follow each node. */
export type Successors = ReadonlyMap<string, readonly string[]>;

interface Visit {
  readonly id: string;
  readonly next: Iterator<string, undefined>;
}

/**
 * The circles of a graph: for each node that can reach itself, a number that it shares with exactly those nodes that it
 * reaches and that reach it. By Tarjan's algorithm, without recursion, in time linear in the graph.
 */
export function findCycles(successors: Successors): ReadonlyMap<string, number> {
  const search = new CycleSearch(successors);
  for (const id of successors.keys()) search.visit(id);
  return search.cycles;
}

class CycleSearch {
  readonly cycles = new Map<string, number>();
  readonly #successors: Successors;
  /** When each node was first seen. */
  readonly #order = new Map<string, number>();
  /** The earliest node of the path that each one reaches. */
  readonly #low = new Map<string, number>();
  readonly #path: string[] = [];
  readonly #onPath = new Set<string>();

  constructor(successors: Successors) {
    this.#successors = successors;
  }

  visit(start: string): void {
    if (this.#order.has(start)) return;
    const open = [this.#enter(start)];
    for (let visit = open.at(-1); visit !== undefined; visit = open.at(-1)) {
      const step = visit.next.next();
      if (step.done === true) {
        open.pop();
        this.#leave(visit.id);
        const outer = open.at(-1);
        if (outer !== undefined) this.#lower(outer.id, this.#low.get(visit.id));
      } else if (!this.#order.has(step.value)) open.push(this.#enter(step.value));
      else if (this.#onPath.has(step.value)) this.#lower(visit.id, this.#order.get(step.value));
    }
  }

  #enter(id: string): Visit {
    this.#order.set(id, this.#order.size);
    this.#low.set(id, this.#order.size - 1);
    this.#path.push(id);
    this.#onPath.add(id);
    return { id, next: (this.#successors.get(id) ?? []).values() };
  }

  #lower(id: string, reached: number | undefined): void {
    const low = this.#low.get(id);
    if (reached !== undefined && low !== undefined && reached < low) this.#low.set(id, reached);
  }

  /** Takes a finished group of nodes from the path where `id` is the first of it. */
  #leave(id: string): void {
    const order = this.#order.get(id);
    if (order === undefined || this.#low.get(id) !== order) return;
    const members = this.#path.splice(this.#path.lastIndexOf(id));
    for (const member of members) this.#onPath.delete(member);
    const isCycle = members.length > 1 || this.#successors.get(id)?.includes(id) === true;
    if (isCycle) for (const member of members) this.cycles.set(member, order);
  }
}
