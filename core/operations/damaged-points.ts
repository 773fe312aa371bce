import type { Address } from "../address/address.ts";
import { warningDiagnostic } from "../diagnostics/diagnostic.ts";
import type { DamagedPoint } from "../vault/vault.ts";
import type { ReadingPorts } from "./ports.ts";

/** Warns of points that a listing of the vault cannot show. `vault` is its address or its folder. */
export function tellDamagedPoints(
  damaged: readonly DamagedPoint[],
  vault: Address | string,
  ports: ReadingPorts,
): void {
  if (damaged.length === 0) return;
  const lines = damaged.map(({ blob, problem }) => `${blob} ${problem}`);
  const count = damaged.length === 1 ? "a recovery point" : `${damaged.length} recovery points`;
  const diagnostic = warningDiagnostic({
    code: "VAULT_POINT_DAMAGED",
    summary: "Recovery point damaged",
    detail: `The manifest of ${count} in ${vault} cannot be read, so nobody can say what was kept there: ${lines.join("; ")}. All other points are untouched. Bring the blob back from a copy of the vault, or see what is lost:\n\n    holdfast verify`,
  });
  ports.host.emit({ type: "diagnostic", diagnostic });
}
