import type { Address } from "../address/address.ts";
import type { CatalogObject } from "../catalog/catalog.ts";
import type { Configuration, DesiredResource } from "../config/configuration.ts";
import { type Diagnostic, errorDiagnostic } from "../diagnostics/diagnostic.ts";
import { APPROVALS, approvalsObject } from "./approvals/approval-rule.ts";
import { withIgnored } from "./ignored-changes.ts";
import { checkMoves, type Renames, renamesOf } from "./moves.ts";
import type { Sides } from "./named-objects.ts";
import type { PlanOptions } from "./plan.ts";
import { checkRemovals } from "./removals.ts";
import { renameObject } from "./rename.ts";
import { selectAddresses } from "./selection.ts";

export interface SidesInput {
  readonly configuration: Configuration;
  readonly options: PlanOptions;
  readonly recorded: { readonly objects: readonly CatalogObject[] };
}

/** Both sides of a plan under the addresses that hold once it is applied. */
export interface PreparedSides {
  readonly all: Sides;
  /** What `-target` or `-exclude` leaves of them. */
  readonly selected: Sides;
  readonly renames: Renames;
  /** Errors. */
  readonly diagnostics: readonly Diagnostic[];
}

/** What the `moved` and `removed` blocks of a configuration say wrongly, whatever is recorded. */
export function checkStatements(
  configuration: Pick<Configuration, "resources" | "moves" | "removals">,
): readonly Diagnostic[] {
  return [...checkMoves(configuration), ...checkRemovals(configuration)];
}

/** Gives recorded objects their new addresses, and what is wanted the values that `ignore_changes` keeps. */
export function prepareSides(input: SidesInput): PreparedSides {
  const { configuration, recorded, options } = input;
  const statements = checkStatements(configuration);
  const addresses = recorded.objects.map(({ address }) => address);
  const moved =
    statements.length > 0
      ? { renames: new Map<Address, Address>(), diagnostics: [] }
      : renamesOf(configuration, addresses);
  const { renames } = moved;
  const objects = recorded.objects
    .filter(({ address }) => !(options.destroy && address === APPROVALS))
    .map((object) => (renames.size === 0 ? object : renameObject(object, renames)));
  const byAddress = new Map(objects.map((each) => [each.address, each]));
  const desired = [...configuration.resources, ...wantedRule(input)].map((each) =>
    withIgnored(each, byAddress.get(each.address)),
  );
  const all: Sides = {
    desired: new Map(desired.map((each) => [each.address, each])),
    recorded: byAddress,
  };
  const addressesLeft = selectAddresses(all, options);
  const diagnostics = [
    ...statements,
    ...moved.diagnostics,
    ...(renames.has(APPROVALS) ? [movedRule()] : []),
    ...(addressesLeft === undefined ? [] : untargeted(renames, addressesLeft)),
  ];
  return { all, selected: narrow(all, addressesLeft), renames, diagnostics };
}

/** Under another address nobody would look for it. */
function movedRule(): Diagnostic {
  return errorDiagnostic({
    code: "PLAN_MOVE_INVALID",
    summary: "Rule of approvals",
    detail: `${APPROVALS} says who must approve a purge, and has this address for good. Nothing was planned. Remove the moved block that names it.`,
    address: APPROVALS,
  });
}

/** What must be approved outlives a `destroy`, and stays as it is recorded in a plan that only looks. */
function wantedRule({ configuration, recorded, options }: SidesInput): readonly DesiredResource[] {
  if (options.destroy || options.refreshOnly) return [];
  const isRecorded = recorded.objects.some(({ address }) => address === APPROVALS);
  return [approvalsObject(configuration.settings.approvals, isRecorded) ?? []].flat();
}

function narrow(sides: Sides, selected: ReadonlySet<Address> | undefined): Sides {
  if (selected === undefined) return sides;
  const pick = <T>(side: ReadonlyMap<Address, T>) =>
    new Map([...side].filter(([address]) => selected.has(address)));
  return { desired: pick<DesiredResource>(sides.desired), recorded: pick(sides.recorded) };
}

/** A new address changes what refers to the object too, so it cannot be left for later. */
function untargeted(renames: Renames, selected: ReadonlySet<Address>): readonly Diagnostic[] {
  const left = [...renames].filter(([, to]) => !selected.has(to));
  if (left.length === 0) return [];
  const lines = left.map(([from, to]) => `    ${from} -> ${to}`).join("\n");
  return [
    errorDiagnostic({
      code: "PLAN_MOVE_NOT_TARGETED",
      summary: "Moved objects outside the targets",
      detail: `These objects get another address, and -target or -exclude leaves them out, so what refers to them could not be told apart from a change. Nothing was planned. Name them with -target too, or plan without either:\n\n${lines}`,
    }),
  ];
}
