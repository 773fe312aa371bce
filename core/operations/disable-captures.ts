import type { Address } from "../address/address.ts";
import { INTENDED } from "../catalog/job.ts";
import { diagnosticOf } from "../diagnostics/caught.ts";
import { type Diagnostic, DiagnosticError, warningDiagnostic } from "../diagnostics/diagnostic.ts";
import type { EndedCapture, ResourceChange } from "../plan/plan.ts";
import type { DatabaseFacts, DatabaseServer } from "../resource/database-server.ts";
import { openServerAt } from "./open-server.ts";
import type { Ports } from "./ports.ts";
import type { ResourceLookup } from "./resource-lookup.ts";

/**
 * Disables the change data capture that a plan names, before its backup set leaves the catalog. What is disabled already, or
 * went with its database, is done; what somebody enabled anew meanwhile is not ours, and stays. Where one cannot be disabled,
 * nothing is removed. Idempotent. SERVER_*, CDC_DISABLE_FAILED
 */
export async function disableCaptures(
  { address, captures = [] }: Pick<ResourceChange, "address" | "captures">,
  resources: ResourceLookup,
  ports: Ports,
): Promise<void> {
  const { signal } = ports;
  for (const [server, own] of Map.groupBy(captures, (each) => each.server)) {
    try {
      await using opened = await openServerAt(server, resources, ports);
      const databases = await opened.databases({ signal });
      for (const capture of own)
        await disable(capture, { server: opened, databases, address }, ports);
    } catch (error) {
      signal.throwIfAborted();
      throw notRemoved(address, error);
    }
  }
}

interface Around {
  readonly server: DatabaseServer;
  readonly databases: readonly DatabaseFacts[];
  readonly address: Address;
}

async function disable(
  { database, identity }: EndedCapture,
  { server, databases, address }: Around,
  { host, signal }: Ports,
): Promise<void> {
  const facts = databases.find(({ name }) => name === database);
  if (facts === undefined || facts.capturesChanges === false) return;
  await using capture = await server.openChangeCapture(database, { signal });
  const state = await capture.state({ signal });
  if (!state.enabled) return;
  const isBare = state.untrackedTables.length === state.tables;
  if (identity === INTENDED ? !isBare : state.identity !== identity) {
    const why = `Somebody enabled change data capture of the database ${database} anew after backups of ${address} had enabled it, so it is not Holdfast's and stays as it is.`;
    return host.emit({ type: "diagnostic", diagnostic: stays(address, why) });
  }
  const foreign = await capture.disable({ signal });
  if (foreign.length === 0) return;
  const why = `Backups of ${address} enabled change data capture of the database ${database}, and others made capture instances in it since: ${foreign.join(", ")}. Only Holdfast's own were disabled; those, and capture of the database with them, stay as they are.`;
  host.emit({ type: "diagnostic", diagnostic: stays(address, why) });
}

function stays(address: Address, why: string): Diagnostic {
  return warningDiagnostic({
    code: "CDC_STAYS_ENABLED",
    summary: "Change data capture stays enabled",
    detail: `${why} Disable it where nobody else needs it, and before the database is dropped from a managed instance, where its jobs would stay behind:\n\n    EXEC sys.sp_cdc_disable_db;`,
    address,
  });
}

function notRemoved(address: Address, error: unknown): DiagnosticError {
  const cause = diagnosticOf(error);
  const detail = `${cause.detail}\n\nChange data capture that backups of ${address} enabled is disabled before the set goes, so the set was kept. To leave capture as it is, where the server is gone for good too, forget the set instead:\n\n    removed {\n      from = ${address}\n      lifecycle { destroy = false }\n    }`;
  return new DiagnosticError({ ...cause, detail }, { cause: error });
}
