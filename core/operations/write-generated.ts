import type { VariableOption } from "../config/configuration.ts";
import { failure } from "../diagnostics/diagnostic.ts";
import { chooseImports } from "../plan/imports.ts";
import type { PlanOptions } from "../plan/plan.ts";
import { prepareSides } from "../plan/prepare.ts";
import { generateConfiguration } from "./generate-configuration.ts";
import { loadForPlan } from "./load-for-plan.ts";
import type { Ports } from "./ports.ts";

interface GenerateRequest {
  readonly options: PlanOptions;
  readonly variables: readonly VariableOption[];
  /** A new file of the configuration's directory. */
  readonly path: string;
}

/**
 * Writes the blocks that imports lack into a new file, so that the plan that is made next imports them. Gives how many
 * there are; no file is written for none. IMPORT_FILE_EXISTS, IMPORT_NOT_GENERATED, and what asking servers rejects with.
 */
export async function writeGenerated(
  { options, variables, path }: GenerateRequest,
  ports: Ports,
): Promise<number> {
  await requireNewFile(path, ports);
  const { refresh, destroy } = options;
  const { configuration, recorded } = await loadForPlan({ variables, refresh, destroy }, ports);
  const sides = prepareSides({ configuration, recorded, options });
  const { unwritten } = chooseImports(configuration.imports, sides, options);
  if (unwritten.length === 0) return 0;
  if (!refresh) throw notAsked();
  const text = await generateConfiguration(unwritten, configuration.resources, ports);
  await ports.files.write(path, new TextEncoder().encode(text));
  return unwritten.length;
}

async function requireNewFile(path: string, { files }: Ports): Promise<void> {
  const name = path.split(/[\\/]/).at(-1) ?? "";
  const isRead = /^[^.].*\.hcl$/.test(name) && !name.endsWith(".hcltest.hcl");
  if (!isRead || files.resolve(path) !== files.resolve(name)) {
    throw failure({
      code: "IMPORT_NOT_GENERATED",
      summary: "Configuration not generated",
      detail: `${path} would be no part of the configuration, so the next plan would not see it. Nothing was written. Name a file of the configuration's directory that ends in .hcl:\n\n    holdfast plan -generate-config-out generated.hcl`,
    });
  }
  if (await files.isThere(path)) {
    throw failure({
      code: "IMPORT_FILE_EXISTS",
      summary: "File exists already",
      detail: `${path} is there already, and what is in it would be lost. Nothing was written. Name another file, or remove it first.`,
    });
  }
}

function notAsked() {
  return failure({
    code: "IMPORT_NOT_CHECKED",
    summary: "Import not looked at",
    detail:
      "Blocks are written from what exists, and -refresh=false asks nobody. Nothing was written. Plan without -refresh=false.",
  });
}
