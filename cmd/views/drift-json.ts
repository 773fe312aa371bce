import type { Drift } from "../../core/drift/drift.ts";
import type { Json, JsonObject } from "../../core/kit/json.ts";
import type { DriftListing, DriftRow } from "../../schemas/drift-listing.ts";
import { toPlace } from "./plan/place-json.ts";
import { toSnakeJson } from "./snake-json.ts";

/** What `drift` found, as the use case gives it. */
export interface DriftFound {
  readonly at: number;
  readonly servers: readonly {
    readonly server: string;
    readonly acceptedAt: number | null;
    readonly status: "observed" | "failed";
  }[];
  readonly drift: readonly Drift[];
}

/** The document of `drift -json`. */
export function toDriftListing({ at, servers, drift }: DriftFound): DriftListing {
  return {
    at: toTime(at),
    servers: servers.map(({ server, acceptedAt, status }) => ({
      server,
      accepted_at: acceptedAt === null ? null : toTime(acceptedAt),
      status,
    })),
    drift: drift.map(toDriftRow),
  };
}

function toDriftRow({ backupSets, repair, before, after, ...drift }: Drift): DriftRow {
  return {
    kind: drift.kind,
    server: drift.server,
    database: drift.database,
    backup_sets: backupSets,
    what: drift.what,
    consequence: drift.consequence,
    repair,
    before: before && toSnakeJson(before),
    after: after && toSnakeJson(after),
  };
}

/**
 * The member `resource_drift` of a plan, in Terraform's shape: one entry for each server that changed, what was accepted
 * as `before` and what is as `after`, as far as they differ; and beside `change` what it means, each finding for itself.
 */
export function toResourceDrift(drift: readonly Drift[]): readonly JsonObject[] {
  const servers = Map.groupBy(drift, ({ server }) => server);
  return [...servers].map(([server, findings]) => ({
    ...toPlace(server),
    change: {
      actions: ["update"],
      before: sideOf(findings, "before"),
      after: sideOf(findings, "after"),
      after_unknown: {},
      before_sensitive: false,
      after_sensitive: false,
    },
    findings: findings.map((finding) => ({ ...toDriftRow(finding) })),
  }));
}

function sideOf(findings: readonly Drift[], side: "before" | "after"): JsonObject {
  const own = findings.find(({ database }) => database === null)?.[side] ?? {};
  const databases = new Map<string, Json>();
  for (const finding of findings) {
    const facts = finding[side];
    if (finding.database !== null && facts !== null)
      databases.set(nameIn(facts), toSnakeJson(facts));
  }
  return { ...toSnakeJson(own), databases: Object.fromEntries(databases) };
}

function toTime(instant: number): string {
  return new Date(instant).toISOString();
}

/** A database that was renamed had another name before. */
function nameIn({ name }: JsonObject): string {
  return typeof name === "string" ? name : "";
}
