import type { LoadedConfiguration, VariableOption } from "../config/configuration.ts";
import { DiagnosticError } from "../diagnostics/diagnostic.ts";
import { checkSchedule } from "../policy/schedule/schedule.ts";
import type { Ports } from "./ports.ts";
import { loadProject } from "./project.ts";

/**
 * What the project's configuration says, for commands that look at it however broken it is: files that cannot be read
 * are a diagnostic of an otherwise empty configuration.
 */
export async function exploreProject(
  ports: Ports,
  options: readonly VariableOption[] = [],
): Promise<LoadedConfiguration> {
  try {
    return await loadProject(ports, options, { purpose: "validate" });
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    const nothing = await ports.loadConfiguration({ files: [], checkSchedule });
    return { ...nothing, diagnostics: [error.diagnostic] };
  }
}
