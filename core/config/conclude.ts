import { compareAddresses } from "../address/address.ts";
import type {
  Configuration,
  DesiredResource,
  Move,
  NamedValue,
  Settings,
} from "./configuration.ts";
import { checkReference } from "./evaluate/argument-value.ts";
import { evaluateChecks } from "./evaluate/evaluate-checks.ts";
import { evaluateNameless } from "./evaluate/evaluate-nameless.ts";
import { rootOutputs } from "./evaluate/evaluate-output.ts";
import { validateVariables } from "./evaluate/evaluate-variable.ts";
import type { BlockReference } from "./evaluate/evaluated-body.ts";
import type { EvaluatedResource } from "./evaluate/evaluated-resource.ts";
import type { Evaluation } from "./evaluate/evaluation.ts";
import { scopeOf } from "./evaluate/instance-scope.ts";
import type { ModuleInstance } from "./evaluate/module-instance.ts";
import { checkModuleSettings, type FoundSettings, readSettings } from "./evaluate/settings.ts";
import { isEphemeral, toJsonValue } from "./evaluate/value-json.ts";
import { modulesOf } from "./read/module-tree.ts";
import type { Report } from "./report.ts";
import { checkAcross } from "./rules/cross-rules.ts";
import { checkResource } from "./rules/resource-rules.ts";

interface Conclusion {
  /** Absent while something is at fault or not known. */
  readonly configuration: Configuration | undefined;
  readonly settings: Settings | undefined;
  /** What can be said already. */
  readonly known: Pick<Configuration, "resources" | "moves" | "databaseMoves" | "removals">;
}

/** What can be said only when every block has its value: settings, rules between blocks, conditions, moves. */
export function conclude(evaluation: Evaluation): Conclusion {
  const { root, report } = evaluation;
  const instances = [...modulesOf(root.node)].flatMap(({ id }) => evaluation.modules.get(id) ?? []);
  for (const instance of instances) validateVariables(instance, evaluation);
  const { settings, references } = settingsOf(instances, evaluation);
  const resources = [...evaluation.resources.values()].sort((a, b) =>
    compareAddresses(a.address, b.address),
  );
  const refuted = checkReferences([...evaluation.references, ...references], resources, report);
  const whole = resources.filter((each) => each.isWhole && !refuted.has(each.address));
  checkRules(whole, settings, report);
  const rest = restOf(instances, evaluation);
  const { moves, databaseMoves, removals } = rest;
  const known = { resources: whole.map(toDesired), moves, databaseMoves, removals };
  const isKnown = whole.length === resources.length && evaluation.pendingData.length === 0;
  if (settings === undefined || !isKnown) return { configuration: undefined, settings, known };
  const named = { variables: namedVariables(evaluation), outputs: rootOutputs(root) };
  return { configuration: { settings, ...known, ...named, ...rest }, settings, known };
}

function settingsOf(
  instances: readonly ModuleInstance[],
  { root, facts, input, checkers, report }: Evaluation,
): FoundSettings {
  const { version } = input;
  const context = { scope: scopeOf(root, facts), checkers, report };
  for (const { node } of instances) {
    const block = node === root.node ? undefined : node.folder.holdfast;
    if (block !== undefined) checkModuleSettings(block, context, version);
  }
  return readSettings(root.node.folder.holdfast, context, version);
}

/** Reports arguments that name no block, and gives the addresses of the resources that have one. */
function checkReferences(
  others: readonly BlockReference[],
  resources: readonly EvaluatedResource[],
  report: Report,
): ReadonlySet<string> {
  const known = new Set<string>(resources.map(({ address }) => address));
  const refuted = new Set<string>();
  const check = ({ text, schema, attribute }: BlockReference): boolean => {
    const fault = checkReference(text, { schema, attribute }, known);
    if (fault !== undefined) report.add(fault);
    return fault === undefined;
  };
  for (const { address, references } of resources) {
    if (!references.map(check).every(Boolean)) refuted.add(address);
  }
  for (const reference of others) check(reference);
  return refuted;
}

function checkRules(
  resources: readonly EvaluatedResource[],
  settings: Settings | undefined,
  report: Report,
): void {
  for (const resource of resources) report.add(...checkResource(resource));
  const byAddress = new Map(resources.map((resource) => [resource.address as string, resource]));
  report.add(...checkAcross(byAddress, settings));
}

type Rest = Pick<Configuration, "moves" | "databaseMoves" | "removals" | "imports" | "checks">;

function restOf(instances: readonly ModuleInstance[], evaluation: Evaluation): Rest {
  const real = instances.filter(({ isGhost }) => !isGhost);
  const nameless = real.map((instance) => evaluateNameless(instance, evaluation));
  const removals = nameless.flatMap((each) => each.removals);
  const moves: readonly Move[] = nameless.flatMap((each) => each.moves);
  return {
    moves,
    databaseMoves: nameless.flatMap((each) => each.databaseMoves),
    // Every instance of a module says the same.
    removals: [...new Map(removals.map((each) => [each.from, each])).values()],
    imports: nameless.flatMap((each) => each.imports),
    checks: real.flatMap((instance) => evaluateChecks(instance, evaluation)),
  };
}

function toDesired(resource: EvaluatedResource): DesiredResource {
  const { address, type, name, lifecycle, attributes, sensitive, dependsOn, range } = resource;
  return {
    address,
    type,
    name,
    lifecycle,
    attributes,
    sensitive,
    dependsOn,
    range,
  };
}

function namedVariables({ root }: Evaluation): readonly NamedValue[] {
  return [...root.node.folder.variables.values()]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(({ name, sensitive, description }) => {
      const value = root.variables.get(name);
      const json = value && !isEphemeral(value) ? toJsonValue(value) : undefined;
      return json === undefined ? [] : [{ name, value: json, sensitive, description }];
    });
}
