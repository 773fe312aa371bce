import type { Dependencies } from "./graph.ts";
import { reverseGraph } from "./graph.ts";

interface WalkOptions {
  /** How many visits may run at once. */
  readonly concurrency: number;
  /** When aborted, no further visit starts; those that run are waited for. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Visits every node after all that it needs was visited with success (`visit` resolves to true). What needs a failed
 * node is not visited. Rejects when a visit rejects, after the others that run have ended. The graph has no cycle.
 */
export async function walkGraph<K extends string>(
  graph: Dependencies<K>,
  visit: (node: K) => Promise<boolean>,
  { concurrency, signal }: WalkOptions,
): Promise<void> {
  const dependants = reverseGraph(graph);
  const missing = new Map<K, number>();
  for (const [node, needs] of graph) {
    missing.set(node, needs.filter((needed) => graph.has(needed)).length);
  }
  const ready = [...graph.keys()].filter((node) => missing.get(node) === 0);
  const running = new Set<Promise<void>>();
  const errors: unknown[] = [];
  const release = (node: K): void => {
    for (const dependant of dependants.get(node) ?? []) {
      const left = (missing.get(dependant) ?? 0) - 1;
      missing.set(dependant, left);
      if (left === 0) ready.push(dependant);
    }
  };
  const start = (node: K): void => {
    const run = visit(node)
      .then((succeeded) => (succeeded ? release(node) : undefined))
      .catch((error: unknown) => void errors.push(error))
      .finally(() => running.delete(run));
    running.add(run);
  };
  for (let at = 0; at < ready.length || running.size > 0; ) {
    const node = ready[at];
    const stopped = signal?.aborted === true || errors.length > 0;
    if (node !== undefined && !stopped && running.size < concurrency) {
      at += 1;
      start(node);
    } else if (running.size > 0) {
      await Promise.race(running);
    } else {
      break;
    }
  }
  if (errors.length > 0) throw errors[0];
}
