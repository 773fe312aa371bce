import type {
  ConfigurationGraph,
  GraphNode,
  LoadedConfiguration,
} from "../../core/config/configuration.ts";
import type { Diagnostic } from "../../core/diagnostics/diagnostic.ts";
import type { Reference } from "../../core/language/expression.ts";

/**
 * The error of the configuration for whose sake something that these references name may be unknown: one in a block
 * that they need, however far away, or one that cannot be laid at the door of a single block.
 */
export function findHiddenFault(
  references: readonly Reference[],
  { diagnostics, graph }: Pick<LoadedConfiguration, "diagnostics" | "graph">,
): Diagnostic | undefined {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length === 0 || references.length === 0) return undefined;
  const needed = reach(
    references.flatMap((reference) => namedBy(reference, graph)),
    graph,
  );
  return errors.find((error) => {
    const culprit = blockAt(error, graph);
    return culprit === undefined || needed.has(culprit.id);
  });
}

/** The nodes that a reference of the root module names; of a module its outputs too. */
function namedBy({ root, steps }: Reference, { nodes }: ConfigurationGraph): readonly string[] {
  const names = [root, ...steps.map((step) => (step.kind === "attribute" ? step.name : step.key))];
  const labels = new Set([names.slice(0, 2).join("."), names.slice(0, 3).join(".")]);
  return nodes
    .filter(({ id, kind, module }) => labels.has(id) || (kind === "output" && labels.has(module)))
    .map(({ id }) => id);
}

function reach(start: readonly string[], { edges }: ConfigurationGraph): ReadonlySet<string> {
  const needs = new Map<string, string[]>();
  for (const { from, to } of edges) {
    const known = needs.get(from);
    if (known === undefined) needs.set(from, [to]);
    else known.push(to);
  }
  const reached = new Set(start);
  for (const id of reached) for (const to of needs.get(id) ?? []) reached.add(to);
  return reached;
}

/** The block that begins last before the error; undefined where the error may have swallowed blocks. */
function blockAt(
  { code, subject }: Diagnostic,
  { nodes }: ConfigurationGraph,
): GraphNode | undefined {
  if (subject === undefined || code === "LANGUAGE_SYNTAX") return undefined;
  let found: GraphNode | undefined;
  for (const node of nodes) {
    const { filename, start } = node.range;
    if (filename !== subject.filename || start.byte > subject.start.byte) continue;
    if (found === undefined || start.byte >= found.range.start.byte) found = node;
  }
  return found;
}
