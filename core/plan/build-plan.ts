import type { Address } from "../address/address.ts";
import type { CatalogObject, CatalogVersion } from "../catalog/catalog.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import type { Configuration, DesiredResource } from "../config/configuration.ts";
import { type Diagnostic, warningDiagnostic } from "../diagnostics/diagnostic.ts";
import type { Instant } from "../kit/clock.ts";
import { coverageWarnings } from "./coverage-warnings.ts";
import { movedVaultWarnings } from "./moved-vaults.ts";
import { digestOfObservations, type Observations } from "./observed.ts";
import type { Plan, PlanOptions } from "./plan.ts";
import { pointChanges } from "./point-changes.ts";
import { resourceChanges, summarize } from "./resource-changes.ts";
import { checkOptions, type Sides, selectAddresses } from "./selection.ts";
import { coverageOf, newestPoints, serversOfSets } from "./set-coverage.ts";

/** The catalog as read. Read the version first: if something is written in between, the plan is stale and not wrong. */
export interface RecordedState {
  readonly version: CatalogVersion;
  readonly objects: readonly CatalogObject[];
  readonly points: readonly RecoveryPoint[];
}

export interface PlanInput {
  readonly configuration: Configuration;
  readonly recorded: RecordedState;
  /** Of every server that `serversToObserve` names; empty without refresh. */
  readonly observed: Observations;
  readonly options: PlanOptions;
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
  replace: [],
};

/** The servers to ask before `buildPlan`: those that a backup set within the plan reads. None with `destroy` or without refresh. */
export function serversToObserve(
  input: Pick<PlanInput, "configuration" | "options"> & {
    readonly recorded: Pick<RecordedState, "objects">;
  },
): readonly Address[] {
  if (input.options.destroy || !input.options.refresh) return [];
  return serversOfSets(selectSides(input).desired.values());
}

/** The difference between what is wanted, what is recorded and what the servers say. Pure. */
export function buildPlan(input: PlanInput): PlanOutcome {
  const { options, observed, at } = input;
  const errors = [...checkOptions(allSides(input), options), ...failuresOf(input)];
  if (errors.length > 0) return { diagnostics: errors };
  const sides = selectSides(input);
  const desired = options.destroy ? new Map<Address, DesiredResource>() : sides.desired;
  const newest = newestPoints(input.recorded.points);
  const coverage = [...desired.values()].flatMap((each) => coverageOf(each, observed, newest));
  const changes = resourceChanges(sides, options);
  const diagnostics = [
    ...targetWarning(options),
    ...movedVaultWarnings(changes, input.recorded.points),
    ...coverageWarnings(coverage, desired, observed),
  ];
  const plan: Plan = {
    createdAt: at,
    catalog: input.recorded.version,
    options,
    changes,
    coverage,
    recoveryPointChanges: pointChanges({
      before: allSides(input).recorded,
      after: stateAfter(input, sides),
      points: input.recorded.points,
      at,
    }),
    outputs: options.destroy
      ? []
      : input.configuration.outputs.map(({ name, value, sensitive }) => ({
          name,
          value,
          sensitive,
        })),
    summary: summarize(changes),
    diagnostics,
    observedDigest: options.refresh && !options.destroy ? digestOfObservations(observed) : null,
  };
  return { plan, diagnostics };
}

/** Whether carrying the plan out would do anything. */
export function hasChanges(plan: Plan): boolean {
  return plan.changes.some(({ action, runFull }) => action !== "no-op" || runFull);
}

type SidesInput = Parameters<typeof serversToObserve>[0];

function allSides({ configuration, recorded }: SidesInput): Sides {
  return {
    desired: new Map(configuration.resources.map((each) => [each.address, each])),
    recorded: new Map(recorded.objects.map((each) => [each.address, each])),
  };
}

function selectSides(input: SidesInput): Sides {
  const sides = allSides(input);
  const selected = selectAddresses(sides, input.options);
  if (selected === undefined) return sides;
  return {
    desired: new Map([...sides.desired].filter(([address]) => selected.has(address))),
    recorded: new Map([...sides.recorded].filter(([address]) => selected.has(address))),
  };
}

/** What the catalog records once the selected part is carried out. */
function stateAfter(input: SidesInput, selected: Sides) {
  const rest = [...allSides(input).recorded].filter(([address]) => !selected.recorded.has(address));
  const desired = input.options.destroy ? [] : [...selected.desired];
  return new Map<Address, CatalogObject | DesiredResource>([...rest, ...desired]);
}

function failuresOf({ observed }: PlanInput): readonly Diagnostic[] {
  return [...observed.values()].flatMap((server) =>
    server.status === "failed" ? [server.diagnostic] : [],
  );
}

function targetWarning({ targets }: PlanOptions): readonly Diagnostic[] {
  if (targets.length === 0) return [];
  return [
    warningDiagnostic({
      code: "PLAN_TARGETED",
      summary: "Plan of a part",
      detail:
        "-target is in effect: this plan shows only the objects named and what they need, so the rest of the configuration may differ from what is recorded. Run plan without -target afterwards.",
    }),
  ];
}
