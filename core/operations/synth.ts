import type { VariableOption } from "../config/configuration.ts";
import type { AzureNeeds, TerraformOptions } from "../resource/azure-needs.ts";
import { findAzureNeeds } from "./azure-needs.ts";
import { whatIsKnown } from "./init.ts";
import type { Ports } from "./ports.ts";
import { loadProject } from "./project.ts";
import { requireReplaceable, TERRAFORM_FILE } from "./replaceable-file.ts";

export interface SynthRequest extends TerraformOptions {
  readonly variables: readonly VariableOption[];
  /** The folder to write into; undefined: nothing is written. */
  readonly folder: string | undefined;
}

export interface SynthResult {
  readonly needs: AzureNeeds;
  readonly text: string;
  /** What was written. */
  readonly path: string | undefined;
}

/**
 * Terraform JSON of what the configuration needs in Azure. Asks no server and reads no secret; needs no catalog. Rejects
 * with SYNTH_PACKAGE_MISSING, FILE_EXISTS and what a configuration with errors does.
 */
export async function synthesize(request: SynthRequest, ports: Ports): Promise<SynthResult> {
  const { variables, folder, backend } = request;
  const loaded = await loadProject(ports, variables);
  const { needs, warnings } = findAzureNeeds(whatIsKnown(loaded, ports).resources);
  for (const diagnostic of warnings) ports.host.emit({ type: "diagnostic", diagnostic });
  const text = await ports.writeTerraform(needs, { backend });
  if (folder === undefined) return { needs, text, path: undefined };
  const path = `${folder.replace(/[\\/]+$/, "")}/holdfast.tf.json`;
  await requireReplaceable(path, TERRAFORM_FILE, ports);
  await ports.files.makeFolder(folder);
  await ports.files.write(path, new TextEncoder().encode(text));
  return { needs, text, path };
}
