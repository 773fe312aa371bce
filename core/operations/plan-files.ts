import { createHash } from "node:crypto";
import { diagnosticOf } from "../diagnostics/caught.ts";
import { DiagnosticError, failure } from "../diagnostics/diagnostic.ts";
import { toInstant } from "../kit/clock.ts";
import type { Duration } from "../kit/duration.ts";
import { checkWindow } from "../plan/freshness.ts";
import type { Plan } from "../plan/plan.ts";
import type { PlanContent, PlanKey } from "../plan/plan-file.ts";
import type { PlannedChanges } from "./make-plan.ts";
import type { Ports } from "./ports.ts";
import { knownCatalogPath } from "./project.ts";
import { PLAN_FILE, requireReplaceable } from "./replaceable-file.ts";
import { whoAsks } from "./who-asks.ts";

export interface SaveOptions {
  /** Where the file goes. */
  readonly path: string;
  /** How long it may be applied. */
  readonly validFor: Duration;
}

/** Writes a plan file, sealed with the key of the catalog that the plan was made from. PLAN_KEY_MISSING, FILE_EXISTS, FILE_NOT_WRITABLE. */
export async function savePlan(
  { plan, basis, catalogPath }: PlannedChanges,
  { path, validFor }: SaveOptions,
  ports: Ports,
): Promise<Pick<OpenedPlan, "validUntil" | "planDigest">> {
  await requireReplaceable(path, PLAN_FILE, ports);
  const { lineage, key } = await readPlanKey(catalogPath, ports);
  if (key === undefined) throw keyMissing();
  const validUntil = toInstant(plan.createdAt + validFor);
  const made = { by: whoAsks(ports), version: ports.version };
  const { encodePlanFile } = await import("../plan/plan-file.ts");
  const seal = { key, lineage, salt: ports.randomBytes(32) };
  const bytes = encodePlanFile({ plan, validUntil, made, ...basis }, seal);
  await ports.files.write(path, bytes);
  return { validUntil, planDigest: digestOf(bytes) };
}

/** A plan file that is known to be what this project's catalog made. */
export interface OpenedPlan extends PlanContent {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** SHA-256 of the bytes, in hexadecimal. */
  readonly planDigest: string;
  readonly catalogPath: string;
}

/**
 * Opens a plan file with the key of the project's catalog, whatever its age. The configuration may have changed since,
 * and variables need no values. Throws as `decodePlanFile`; PLAN_CATALOG_MISSING, FILE_UNREADABLE, CATALOG_*.
 */
export async function openPlanFile(path: string, ports: Ports): Promise<OpenedPlan> {
  const bytes = await ports.files.read(path);
  const catalogPath = await knownCatalogPath(ports);
  const key = await readKeyFor(path, catalogPath, ports);
  const { decodePlanFile } = await import("../plan/plan-file.ts");
  const content = decodePlanFile(bytes, key, path);
  return { ...content, path, bytes, planDigest: digestOf(bytes), catalogPath };
}

function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** As `openPlanFile`, for what acts on it: PLAN_EXPIRED outside of its time. */
export async function openCurrentPlan(path: string, ports: Ports): Promise<OpenedPlan> {
  const opened = await openPlanFile(path, ports);
  const { createdAt }: Plan = opened.plan;
  const expired = checkWindow({ createdAt, validUntil: opened.validUntil }, ports.clock.now());
  if (expired !== undefined) throw new DiagnosticError(expired);
  return opened;
}

async function readPlanKey(catalogPath: string, ports: Ports): Promise<PlanKey> {
  await using catalog = await ports.catalogs.openReader(catalogPath);
  const { lineage } = await catalog.version();
  return { lineage, key: await catalog.planKey() };
}

async function readKeyFor(path: string, catalogPath: string, ports: Ports): Promise<PlanKey> {
  try {
    return await readPlanKey(catalogPath, ports);
  } catch (error) {
    if (diagnosticOf(error).code !== "CATALOG_NOT_INITIALISED") throw error;
    throw failure(
      {
        code: "PLAN_CATALOG_MISSING",
        summary: "No catalog to open the plan with",
        detail: `Only the catalog that ${path} was made from can open it, and there is none at ${catalogPath}. Nothing was applied. Run this where that catalog is, or check the catalog of the holdfast block; a new catalog cannot open it.`,
      },
      error,
    );
  }
}

function keyMissing(): DiagnosticError {
  return failure({
    code: "PLAN_KEY_MISSING",
    summary: "Catalog without a key",
    detail:
      "The catalog was made by an earlier version of Holdfast and has no key yet that plan files are sealed with; planning itself never writes to it. Nothing was saved. Give it one, and plan again:\n\n    holdfast init",
  });
}
