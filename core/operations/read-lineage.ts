import { DiagnosticError } from "../diagnostics/diagnostic.ts";
import type { Ports } from "./ports.ts";
import { openProjectReader } from "./project.ts";

/** The lineage of the project's catalog; null where the catalog cannot be found or read. */
export async function readLineage(ports: Ports): Promise<string | null> {
  try {
    await using catalog = await openProjectReader(ports);
    const { lineage } = await catalog.version();
    return lineage;
  } catch (error) {
    if (error instanceof DiagnosticError) return null;
    throw error;
  }
}
