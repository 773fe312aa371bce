import type { Address } from "../address/address.ts";
import { interruptedApplies, interruptedWarnings } from "../apply/interrupted-apply.ts";
import type { ImportRequest, Settings, VariableOption } from "../config/configuration.ts";
import { type Diagnostic, DiagnosticError } from "../diagnostics/diagnostic.ts";
import { setRulesOf } from "../drift/set-rules.ts";
import type { RetentionsSeen } from "../plan/azure-retention.ts";
import {
  buildPlan,
  type PlanInput,
  type PlanOutcome,
  serversToObserve,
} from "../plan/build-plan.ts";
import { renameDatabase, serversToConfirm } from "../plan/database-renames.ts";
import { chooseImports, type ImportFindings } from "../plan/imports.ts";
import type { Observations } from "../plan/observed.ts";
import type { Plan, PlanOptions } from "../plan/plan.ts";
import { type PreparedSides, prepareSides } from "../plan/prepare.ts";
import { recordedConfiguration } from "../plan/refresh-only.ts";
import { renamePoint } from "../plan/rename.ts";
import { checkMapped } from "./check-mapped.ts";
import type { CopyPrices } from "./copy-outlook.ts";
import { enablingJobs } from "./enabling-jobs.ts";
import { hiddenWarnings, withoutHidden } from "./hide-system-databases.ts";
import { leftOutDatabases, leftOutWarnings, setsOfChanges } from "./left-out-databases.ts";
import { type LoadedForPlan, loadForPlan, readJobs } from "./load-for-plan.ts";
import { type FurtherObserved, observeFurther } from "./observe-further.ts";
import { observeServers } from "./observe-server.ts";
import { observeUnfinished } from "./observe-unfinished.ts";
import { basisOf, type PlanBasis } from "./plan-basis.ts";
import type { ReadingPorts } from "./ports.ts";
import { withRelisted } from "./relisted-points.ts";
import { ResourceLookup } from "./resource-lookup.ts";

export interface PlanRequest {
  readonly options: PlanOptions;
  readonly variables: readonly VariableOption[];
  /** Instead of those of the configuration. */
  readonly imports?: readonly ImportRequest[] | undefined;
}

/** The plan, and the configuration's warnings. Changes nothing anywhere. */
export interface PlannedChanges {
  readonly plan: Plan;
  readonly warnings: readonly Diagnostic[];
  /** Names of the variables whose values may be shown. */
  readonly openVariables: readonly string[];
  readonly catalogPath: string;
  readonly settings: Settings;
  /** What it was made from. */
  readonly basis: PlanBasis;
}

export async function makePlan(request: PlanRequest, ports: ReadingPorts): Promise<PlannedChanges> {
  const { options, variables } = request;
  const { refresh, destroy } = options;
  const prepared = await loadForPlan({ variables, refresh, destroy }, ports);
  const { loaded, recorded, data, catalogPath } = prepared;
  const { imports: asked = prepared.configuration.imports } = request;
  const configuration = options.refreshOnly
    ? recordedConfiguration(prepared.configuration, recorded.objects)
    : { ...prepared.configuration, imports: asked };
  const sides = prepareSides({ configuration, recorded, options });
  const imports = await findImports({ configuration, recorded }, { sides, options }, ports);
  const confirmed = toConfirm({ configuration, recorded }, { sides, options });
  const hiding = {
    resources: new ResourceLookup([...sides.all.desired.values()]),
    accepted: recorded.accepted,
  };
  const plain = await observe({ sides, options, confirmed }, ports);
  const wanted = {
    resources: hiding.resources,
    rules: setRulesOf(sides.all.desired.values()),
    points: () => recorded.points.map((point) => renamePoint(point, sides.renames)),
    readJobs: () => readJobs(catalogPath, ports),
  };
  const further = await lookFurther(plain, wanted, ports);
  const observed = withoutHidden(further.observed, hiding);
  const at = ports.clock.now();
  const retentions = await findRetentions({ sides, options }, ports);
  const jobs = await enablingJobs(sides.selected, { path: catalogPath, options }, ports);
  const known = { configuration, recorded, observed, data, imports, retentions, jobs };
  const input = { ...known, options, at, prepared: sides };
  const outcome = await withVaults(input, buildPlan(input), ports);
  const warnings = [
    ...loaded.diagnostics.filter(({ severity }) => severity === "warning"),
    ...further.warnings,
    ...hiddenWarnings(observed, hiding),
    ...(await tellCopies({ sides, options }, configuration.settings.prices, ports)),
    ...(await tellInterrupted(catalogPath, ports)),
    ...(await tellLeftOut({ sides, outcome, resources: hiding.resources }, catalogPath, ports)),
  ];
  const openVariables = configuration.variables
    .filter(({ sensitive }) => !sensitive)
    .map(({ name }) => name);
  if (outcome.plan !== undefined) {
    const basis = basisOf({ loaded, variables: configuration.variables, observed });
    const plan = withRelisted(outcome.plan, { recorded, prepared: sides });
    const { settings } = configuration;
    return { plan, warnings, openVariables, catalogPath, settings, basis };
  }
  const last = outcome.diagnostics.at(-1);
  for (const diagnostic of outcome.diagnostics.slice(0, -1)) {
    ports.host.emit({ type: "diagnostic", diagnostic });
  }
  throw last === undefined
    ? new Error("buildPlan gave neither a plan nor a diagnostic. This is a bug.")
    : new DiagnosticError(last);
}

/** What is asked only where it matters. */
async function lookFurther(
  plain: Observations,
  wanted: Parameters<typeof observeUnfinished>[1],
  ports: ReadingPorts,
): Promise<FurtherObserved> {
  const further = await observeFurther(plain, wanted, ports);
  const mapped = await checkMapped(further.observed, wanted.resources, ports);
  const unfinished = await observeUnfinished(mapped.observed, wanted, ports);
  const warnings = [...further.warnings, ...mapped.warnings, ...unfinished.warnings];
  return { observed: unfinished.observed, warnings };
}

/** What Azure keeps by itself of the databases that blocks manage; a plan that only looks accepts nothing of it. */
async function findRetentions(
  { sides, options }: Sided,
  ports: ReadingPorts,
): Promise<RetentionsSeen> {
  const { refresh, destroy, refreshOnly } = options;
  const blocks = [...sides.selected.desired.values()].filter(
    ({ type }) => type === "azure_retention",
  );
  if (!refresh || destroy || refreshOnly || blocks.length === 0) return new Map();
  const { observeRetentions } = await import("./observe-retentions.ts");
  const resources = new ResourceLookup([...sides.all.desired.values()]);
  return observeRetentions(blocks, resources, ports);
}

/** What backups by copies cost; Azure is not asked without refresh. */
async function tellCopies(
  { sides, options }: Sided,
  prices: CopyPrices | null,
  ports: ReadingPorts,
): Promise<readonly Diagnostic[]> {
  const resources = new ResourceLookup([...sides.all.desired.values()]);
  const isUsed = resources
    .all("policy")
    .some((policy) => resources.get(policy, "policy").method === "isolated_copy");
  if (!isUsed || !options.refresh || options.destroy) return [];
  const { foretellCopies } = await import("./copy-outlook.ts");
  return foretellCopies({ resources, prices }, ports);
}

/** APPLY_INTERRUPTED where an earlier apply did not come to its end: this plan shows what it left. */
async function tellInterrupted(path: string, ports: ReadingPorts): Promise<readonly Diagnostic[]> {
  await using catalog = await ports.catalogs.openReader(path);
  return interruptedWarnings(await interruptedApplies(catalog, (worker) => ports.isAlive(worker)));
}

/** DATABASE_LEFT_OUT of databases that no backup of changes takes until the next full. */
async function tellLeftOut(
  of: {
    readonly sides: PreparedSides;
    readonly outcome: PlanOutcome;
    readonly resources: ResourceLookup;
  },
  path: string,
  ports: ReadingPorts,
): Promise<readonly Diagnostic[]> {
  const { plan } = of.outcome;
  const wanted = setsOfChanges(of.resources);
  if (plan === undefined || plan.options.destroy || wanted.length === 0) return [];
  const { renames } = of.sides;
  const moved = new Map([...renames].map(([from, to]) => [to, from]));
  await using catalog = await ports.catalogs.openReader(path);
  const jobs = await catalog.jobs();
  const left = wanted.flatMap((backupSet) =>
    leftOutDatabases(jobs, [moved.get(backupSet) ?? backupSet]).map((each) => ({
      ...each,
      backupSet,
    })),
  );
  return leftOutWarnings(left, plan);
}

/** What exists already is looked at before it is planned; nobody is asked without refresh. */
async function findImports(
  { configuration, recorded }: Pick<LoadedForPlan, "configuration" | "recorded">,
  { sides, options }: Sided,
  ports: ReadingPorts,
): Promise<ImportFindings> {
  const { wanted } = chooseImports(configuration.imports, sides, options);
  if (!options.refresh || wanted.length === 0) return new Map();
  const { lookAtImports } = await import("./look-at-imports.ts");
  const resources = new ResourceLookup([...sides.all.desired.values()]);
  const knownPoints = new Set(recorded.points.map(({ id }) => id));
  return lookAtImports(wanted, { resources, configuration, knownPoints }, ports);
}

/** A plan that purges asks the vaults before it says what, and what that frees. Nobody is asked without refresh. */
async function withVaults(
  input: PlanInput & { readonly prepared: PreparedSides },
  outcome: PlanOutcome,
  ports: ReadingPorts,
): Promise<PlanOutcome> {
  const { plan } = outcome;
  if (plan === undefined || plan.points.counts.purge === 0 || !plan.options.refresh) return outcome;
  const { askVaults, foretellBytes } = await import("./foretell-purges.ts");
  const { renames, all } = input.prepared;
  const { databaseRenames } = plan;
  const points = input.recorded.points.map((point) =>
    renameDatabase(renamePoint(point, renames), databaseRenames),
  );
  const state = { objects: [...all.recorded.values()], points };
  const asked = await askVaults(plan, state, ports);
  const judged = buildPlan({ ...input, vaultFacts: asked });
  if (judged.plan === undefined) return judged;
  return { ...judged, plan: await foretellBytes(judged.plan, asked, { state, ports }) };
}

/** A server is reached by what is wanted of it, with what `ignore_changes` keeps. */
async function observe(
  { sides, options, confirmed }: Sided & { readonly confirmed: readonly Address[] },
  ports: ReadingPorts,
): Promise<Observations> {
  const resources = new ResourceLookup([...sides.all.desired.values()]);
  const servers = [...new Set([...serversToObserve(sides, options), ...confirmed])];
  return observeServers(servers, resources, ports);
}

interface Sided {
  readonly sides: PreparedSides;
  readonly options: PlanOptions;
}

/** Servers that must say whether a database was renamed; nobody is asked without refresh. */
function toConfirm(
  { configuration, recorded }: Pick<LoadedForPlan, "configuration" | "recorded">,
  { sides, options }: Sided,
): readonly Address[] {
  if (!options.refresh || (configuration.databaseMoves ?? []).length === 0) return [];
  const points = recorded.points.map((point) => renamePoint(point, sides.renames));
  return serversToConfirm({ configuration, prepared: sides, options, points });
}
