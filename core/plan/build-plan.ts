import type { ObservedFacts } from "../../schemas/server-observation.ts";
import { type Address, compareAddresses } from "../address/address.ts";
import type { CatalogObject, CatalogVersion } from "../catalog/catalog.ts";
import type { JobRecord } from "../catalog/job.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import type { Configuration, DesiredResource } from "../config/configuration.ts";
import { type Diagnostic, warningDiagnostic } from "../diagnostics/diagnostic.ts";
import type { Instant } from "../kit/clock.ts";
import type { Json } from "../kit/json.ts";
import { freezesOf } from "../policy/tripwire/freeze.ts";
import { type RetentionsSeen, withRetentions } from "./azure-retention.ts";
import { azureRetentionWarnings } from "./azure-retention-warnings.ts";
import { captureLeftWarnings, withEndedCaptures } from "./capture-left.ts";
import { coverageWarnings } from "./coverage-warnings.ts";
import { databaseRenames, renameDatabase } from "./database-renames.ts";
import { frozenWarnings } from "./frozen-sets.ts";
import { lostReferences } from "./ignored-changes.ts";
import {
  checkImports,
  chooseImports,
  type ImportFindings,
  importedPoints,
  withImports,
} from "./imports.ts";
import { takenErrors } from "./left-points.ts";
import { movedVaults, movedVaultWarnings } from "./moved-vaults.ts";
import { digestOfObservations, type Observations } from "./observed.ts";
import type { DatabaseRename, Plan, PlanOptions, ResourceChange } from "./plan.ts";
import { planDrift } from "./plan-drift.ts";
import { pointChanges } from "./point-changes.ts";
import { pointSettings } from "./points/point-settings.ts";
import type { VaultFacts } from "./points/set-facts.ts";
import { type PreparedSides, prepareSides } from "./prepare.ts";
import { preventedChanges } from "./protection.ts";
import { purgedBy, purgeWarnings } from "./removals.ts";
import { renameJob, renameObject, renamePoint } from "./rename.ts";
import { resourceChanges, summarize } from "./resource-changes.ts";
import { checkOptions } from "./selection.ts";
import { serverKindWarnings } from "./server-kinds.ts";
import { coverageOf, newestPoints, serversOfSets } from "./set-coverage.ts";
import { withNewSets } from "./special-names.ts";

/** The catalog as read. Read the version first: if something is written in between, the plan is stale and not wrong. */
export interface RecordedState {
  readonly version: CatalogVersion;
  readonly objects: readonly CatalogObject[];
  readonly points: readonly RecoveryPoint[];
  /** What was accepted of each server [nothing]. */
  readonly accepted?: ReadonlyMap<Address, ObservedFacts> | undefined;
  /** What was recorded before applies that stopped half way, whose rules their plans named [what is recorded]. */
  readonly before?: readonly CatalogObject[] | undefined;
}

export interface PlanInput {
  readonly configuration: Configuration;
  readonly recorded: RecordedState;
  /** Of every server that `serversToObserve` names; empty without refresh. */
  readonly observed: Observations;
  /** What the data blocks of the configuration gave, by address [none]. */
  readonly data?: ReadonlyMap<string, Json> | undefined;
  readonly options: PlanOptions;
  /** What `prepareSides` gave for this very input [computed]. */
  readonly prepared?: PreparedSides | undefined;
  /** What the vaults said of their points; none where they were not asked. */
  readonly vaultFacts?: VaultFacts | undefined;
  /** What was found of each import that this plan carries out [none]. */
  readonly imports?: ImportFindings | undefined;
  /** What Azure said of the databases of blocks `azure_retention` [nobody was asked]. */
  readonly retentions?: RetentionsSeen | undefined;
  /** Those that enabled change data capture, newest first [none]. */
  readonly jobs?: readonly JobRecord[] | undefined;
  readonly at: Instant;
}

export interface PlanOutcome {
  /** Absent when a diagnostic is an error. */
  readonly plan?: Plan | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

export const DEFAULT_PLAN_OPTIONS: PlanOptions = {
  destroy: false,
  refresh: true,
  targets: [],
  exclude: [],
  replace: [],
  refreshOnly: false,
};

/** The servers to ask before `buildPlan`: those that a backup set within the plan reads. None with `destroy` or without refresh. */
export function serversToObserve(
  { selected }: Pick<PreparedSides, "selected">,
  { destroy, refresh }: PlanOptions,
): readonly Address[] {
  return destroy || !refresh ? [] : serversOfSets(selected.desired.values());
}

/** The difference between what is wanted, what is recorded and what the servers say. Pure. */
export function buildPlan(input: PlanInput): PlanOutcome {
  const { options, configuration, recorded } = input;
  const prepared = input.prepared ?? prepareSides(input);
  const findings: ImportFindings = input.imports ?? new Map();
  const errors = [
    ...prepared.diagnostics,
    ...takenErrors(prepared.renames, recorded.points),
    ...checkOptions(prepared, options),
    ...checkImports(chooseImports(configuration.imports, prepared, options), findings),
    ...failuresOf(input),
  ];
  const known = recorded.points.map((point) => renamePoint(point, prepared.renames));
  const renamed = databaseRenames({
    ...input,
    prepared,
    points: known,
    accepted: recorded.accepted,
  });
  errors.push(...renamed.diagnostics);
  if (errors.length > 0) return { diagnostics: errors };
  const sides = prepared.selected;
  const { removals } = configuration;
  const plain = resourceChanges({ sides, options, renames: prepared.renames, removals });
  const made = withNewSets(plain, { points: known, renames: renamed.renames });
  const changes = withRetentions(withImports(made, findings), input.retentions ?? new Map());
  const after = stateAfter(prepared, options);
  const refused = [
    ...preventedChanges(changes, prepared.all),
    ...(options.destroy ? [] : lostReferences(sides.desired, after)),
  ];
  if (refused.length > 0) return { diagnostics: refused };
  const { renames } = renamed;
  const points = [
    ...(renames.length === 0 ? known : known.map((point) => renameDatabase(point, renames))),
    ...importedPoints(findings),
  ];
  const jobs = (input.jobs ?? []).map((job) => renameJob(job, prepared.renames));
  const ending = withEndedCaptures(changes, { points, jobs, after });
  const found = { prepared, changes: ending, after, points, jobs, databaseRenames: renames };
  return planOf(input, found);
}

interface Findings {
  readonly prepared: PreparedSides;
  readonly changes: readonly ResourceChange[];
  readonly after: ReadonlyMap<Address, CatalogObject | DesiredResource>;
  readonly points: readonly RecoveryPoint[];
  readonly jobs: readonly JobRecord[];
  readonly databaseRenames: readonly DatabaseRename[];
}

function planOf(
  { configuration, recorded, options, observed, data, vaultFacts, retentions, at }: PlanInput,
  { prepared, changes, after, points, jobs, databaseRenames: moved }: Findings,
): PlanOutcome {
  const { all, selected } = prepared;
  const desired = options.destroy ? new Map<Address, DesiredResource>() : selected.desired;
  const newest = newestPoints(points);
  const freezes = freezesOf(points, at);
  const coverage = [...desired.values()]
    .sort((a, b) => compareAddresses(a.address, b.address))
    .flatMap((each) => coverageOf(each, observed, newest));
  const { renames } = prepared;
  const accepted = recorded.accepted ?? new Map<Address, ObservedFacts>();
  const known = { accepted, renames, observed, desired, points, retentions, at };
  const { told, ...drift } = planDrift({ ...known, recorded: selected.recorded });
  const diagnostics = [
    ...targetWarning(options),
    ...purgeWarnings(configuration.removals, all.recorded.values()),
    ...movedVaultWarnings(changes, points),
    ...captureLeftWarnings(changes, { points, jobs, after }),
    ...azureRetentionWarnings(changes),
    ...serverKindWarnings(desired.values(), observed),
    ...frozenWarnings({ points, after, at, freezes }),
    ...(options.refreshOnly ? [] : coverageWarnings(coverage, { desired, observed, told })),
  ];
  const isObserved = options.refresh && !options.destroy;
  const plan: Plan = {
    createdAt: at,
    catalog: recorded.version,
    options,
    changes,
    databaseRenames: moved,
    coverage,
    ...drift,
    ...pointChanges(
      {
        before: rulesBefore(recorded, prepared),
        after,
        points,
        at,
        freezes,
        movedVaults: movedVaults(changes),
        isPurged: purgedBy({ configuration, prepared, options }),
        vaultFacts,
      },
      pointSettings(configuration.settings),
    ),
    outputs: options.destroy
      ? []
      : configuration.outputs.map(({ name, value, sensitive }) => ({ name, value, sensitive })),
    checks: configuration.checks,
    summary: summarize(changes),
    diagnostics,
    observedDigest:
      isObserved || (data?.size ?? 0) > 0 ? digestOfObservations(observed, data) : null,
  };
  return { plan, diagnostics };
}

/** What points were kept by before this plan, and before what only half of an earlier one did. */
function rulesBefore(
  { before }: RecordedState,
  { all, renames }: PreparedSides,
): ReadonlyMap<Address, CatalogObject> {
  if (before === undefined) return all.recorded;
  const objects = before.map((object) => renameObject(object, renames));
  return new Map(objects.map((object) => [object.address, object]));
}

/** Whether carrying the plan out would do anything. */
export function hasChanges(plan: Plan): boolean {
  return (
    plan.points.counts.purge > 0 ||
    plan.databaseRenames.length > 0 ||
    (plan.relisted?.length ?? 0) > 0 ||
    (plan.options.refreshOnly && plan.drift.length > 0) ||
    plan.changes.some(
      ({ action, runFull, previousAddress }) =>
        action !== "no-op" || runFull || previousAddress !== null,
    )
  );
}

/** What the catalog records once the selected part is carried out. */
function stateAfter(
  { all, selected }: PreparedSides,
  options: PlanOptions,
): ReadonlyMap<Address, CatalogObject | DesiredResource> {
  const rest = [...all.recorded].filter(([address]) => !selected.recorded.has(address));
  const desired = options.destroy ? [] : [...selected.desired];
  return new Map<Address, CatalogObject | DesiredResource>([...rest, ...desired]);
}

function failuresOf({ observed, retentions }: PlanInput): readonly Diagnostic[] {
  return [...observed.values(), ...(retentions?.values() ?? [])].flatMap((said) =>
    said.status === "failed" ? [said.diagnostic] : [],
  );
}

function targetWarning({ targets, exclude }: PlanOptions): readonly Diagnostic[] {
  if (targets.length === 0 && exclude.length === 0) return [];
  const detail =
    targets.length > 0
      ? "-target is in effect: this plan shows only the objects named and what they need, so the rest of the configuration may differ from what is recorded. Run plan without -target afterwards."
      : "-exclude is in effect: this plan leaves out the objects named and what depends on them, so they may differ from what is recorded. Run plan without -exclude afterwards.";
  return [warningDiagnostic({ code: "PLAN_TARGETED", summary: "Plan of a part", detail })];
}
