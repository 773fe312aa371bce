import { failure } from "../../core/diagnostics/diagnostic.ts";
import type { WriteTerraform } from "../../core/resource/azure-needs.ts";

/** By packages that an installation may lack. */
export const writeTerraform: WriteTerraform = async (needs, options) => {
  const { writeTerraform: write } = await load();
  return write(needs, options);
};

async function load() {
  try {
    return await import("../../providers/terraform/write-terraform.ts");
  } catch (error) {
    const isMissing =
      error instanceof Error && "code" in error && /MODULE_NOT_FOUND/.test(String(error.code));
    if (!isMissing) throw error;
    throw failure(
      {
        code: "SYNTH_PACKAGE_MISSING",
        summary: "Packages for Terraform not installed",
        detail:
          "cdktf, which writes Terraform's JSON, is not installed. Nothing was written. Install it beside Holdfast:\n\n    npm install cdktf@0.21.0 @cdktf/provider-azurerm@14.23.1 constructs@10.4.2",
      },
      error,
    );
  }
}
