import type { Address } from "../address/address.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import { type Diagnostic, warningDiagnostic } from "../diagnostics/diagnostic.ts";
import type { ResourceChange } from "./plan.ts";

const MANY = 20;

type Place = Pick<RecoveryPoint, "server" | "database">;

function keyOf({ server, database }: Place): string {
  return JSON.stringify([server, database]);
}

/** Whether capture of each database was ours when it was last backed up, by backup set. */
function capturedBy(points: readonly RecoveryPoint[]): Map<Address, Map<string, RecoveryPoint>> {
  const bySet = new Map<Address, Map<string, RecoveryPoint>>();
  for (const point of points) {
    if (point.changes === undefined || point.createdAt === null) continue;
    const own = bySet.get(point.backupSet) ?? new Map<string, RecoveryPoint>();
    const known = own.get(keyOf(point));
    if (known === undefined || (known.createdAt ?? 0) <= point.createdAt) {
      own.set(keyOf(point), point);
    }
    bySet.set(point.backupSet, own);
  }
  return bySet;
}

/**
 * Nothing of a server is changed when objects leave the catalog, so capture that we enabled stays: it goes on writing, and on a
 * managed instance its jobs outlive a database that is dropped without disabling it first.
 */
export function captureLeftWarnings(
  changes: readonly ResourceChange[],
  points: readonly RecoveryPoint[],
): readonly Diagnostic[] {
  const leaving = new Set(
    changes
      .filter(({ type, after }) => type === "backup_set" && after === null)
      .map(({ address }) => address),
  );
  if (leaving.size === 0) return [];
  const bySet = capturedBy(points);
  const needed = new Set(
    [...bySet].flatMap(([set, own]) => (leaving.has(set) ? [] : [...own.keys()])),
  );
  return [...leaving].flatMap((address) => {
    const left = [...(bySet.get(address)?.entries() ?? [])].flatMap(([key, point]) =>
      point.changes?.enabledBy === "engine" && !needed.has(key) ? [point] : [],
    );
    return left.length === 0 ? [] : [stays(address, left)];
  });
}

function stays(address: Address, left: readonly RecoveryPoint[]): Diagnostic {
  const [first] = left;
  const shown = left.slice(0, MANY).map(({ database }) => {
    return `    USE [${database.replaceAll("]", "]]")}]; EXEC sys.sp_cdc_disable_db;`;
  });
  const more = left.length > MANY ? `\n    -- and ${left.length - MANY} more` : "";
  return warningDiagnostic({
    code: "CDC_STAYS_ENABLED",
    summary: "Change data capture stays enabled",
    detail: `Backups of ${address} enabled change data capture on ${first?.server ?? "its server"}, and it stays enabled when the set goes: the server writes and keeps changes that nobody takes. Disable it where nobody else needs it, and in any case before such a database is dropped from a managed instance, where its jobs would stay behind (on Azure SQL Database: connected to the database, without USE):\n\n${shown.join("\n")}${more}`,
    address,
  });
}
