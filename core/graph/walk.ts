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
  let running = 0;
  let wake = (): void => undefined;
  const errors: unknown[] = [];
  const release = (node: K): void => {
    for (const dependant of dependants.get(node) ?? []) {
      const left = (missing.get(dependant) ?? 0) - 1;
      missing.set(dependant, left);
      if (left === 0) ready.push(dependant);
    }
  };
  const run = async (node: K): Promise<void> => {
    running += 1;
    try {
      if (await visit(node)) release(node);
    } catch (error) {
      errors.push(error);
    }
    running -= 1;
    wake();
  };
  for (let at = 0; at < ready.length || running > 0; ) {
    const node = ready[at];
    const stopped = signal?.aborted === true || errors.length > 0;
    if (node !== undefined && !stopped && running < concurrency) {
      at += 1;
      void run(node);
    } else if (running > 0) {
      await new Promise<void>((resolve) => (wake = resolve));
    } else {
      break;
    }
  }
  if (errors.length > 0) throw errors[0];
}
