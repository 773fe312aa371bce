import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { exploreProject } from "./explore-project.ts";
import type { Ports } from "./ports.ts";

const KEYS = /\[(?:\d+|"(?:[^"\\]|\\.)*")\]/g;

/**
 * The diagnostics, and where one tells of an object and of no source, the header of the object's block as its source. The
 * configuration is read again only if there is such a one.
 */
export async function locateDiagnostics(
  diagnostics: readonly Diagnostic[],
  ports: Ports,
): Promise<readonly Diagnostic[]> {
  const isLost = ({ address, subject }: Diagnostic) =>
    address !== undefined && subject === undefined;
  if (!diagnostics.some(isLost)) return diagnostics;
  const { graph } = await exploreProject(ports);
  const ranges = new Map(graph.nodes.map(({ id, range }) => [id, range]));
  return diagnostics.map((diagnostic) =>
    isLost(diagnostic)
      ? { ...diagnostic, subject: ranges.get(diagnostic.address?.replaceAll(KEYS, "") ?? "") }
      : diagnostic,
  );
}
