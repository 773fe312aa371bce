import { type Address, blockOfAddress } from "../address/address.ts";
import type { DesiredResource } from "../config/configuration.ts";
import { type Diagnostic, errorDiagnostic } from "../diagnostics/diagnostic.ts";
import type { Sides } from "./named-objects.ts";
import type { ResourceChange } from "./plan.ts";

/**
 * PLAN_PREVENTED for each object that the plan would remove or replace although `prevent_destroy` protects it: by its
 * block, or by that of another instance; where the whole block is gone, by what was recorded with the object.
 */
export function preventedChanges(
  changes: readonly ResourceChange[],
  { desired, recorded }: Sides,
): readonly Diagnostic[] {
  const ending = changes.filter(({ action }) => action === "delete" || action === "replace");
  if (ending.length === 0) return [];
  const blocks = new Map<string, DesiredResource>(
    [...desired.values()].map((each) => [blockOfAddress(each.address), each]),
  );
  return ending.flatMap((change) => {
    const { address } = change;
    const block = desired.get(address) ?? blocks.get(blockOfAddress(address));
    const isProtected =
      block === undefined ? isRecorded(recorded, address) : block.lifecycle.preventDestroy;
    return isProtected ? [prevented(change, block)] : [];
  });
}

function isRecorded(recorded: Sides["recorded"], address: Address): boolean {
  return recorded.get(address)?.preventDestroy === true;
}

function prevented(
  { address, action, replaceReasons }: ResourceChange,
  block: DesiredResource | undefined,
): Diagnostic {
  const reasons = replaceReasons.map(({ why }) => why).join("; ");
  const verb = action === "delete" ? `remove ${address}` : `replace ${address} (${reasons})`;
  const summary = "Object must not be destroyed";
  if (block === undefined) {
    const detail = `This plan would ${verb}, and prevent_destroy was recorded with it when it was applied; that its block is gone does not lift the protection. Nothing was planned. If it really is to go, write the block again with prevent_destroy = false, run holdfast apply, and remove the block then.`;
    return errorDiagnostic({ code: "PLAN_PREVENTED", summary, detail, address });
  }
  const { filename, start } = block.range;
  const detail = `This plan would ${verb}, and its block at ${filename} line ${start.line} sets prevent_destroy. Nothing was planned. If it really is to go, set prevent_destroy = false there; otherwise undo what brings the change about.`;
  return errorDiagnostic({
    code: "PLAN_PREVENTED",
    summary,
    detail,
    address,
    subject: block.range,
  });
}
