import { compareAddresses } from "../address/address.ts";
import { errorDiagnostic } from "../diagnostics/diagnostic.ts";
import type {
  Configuration,
  ConfigurationGraph,
  ConfigurationInput,
  LoadedConfiguration,
  NamedValue,
  Settings,
} from "./configuration.ts";
import { checkReference } from "./evaluate/argument-value.ts";
import { evaluateBlock } from "./evaluate/evaluate-block.ts";
import type { BlockReference } from "./evaluate/evaluate-body.ts";
import { evaluateChecks } from "./evaluate/evaluate-checks.ts";
import { evaluateNameless } from "./evaluate/evaluate-nameless.ts";
import { rootOutputs } from "./evaluate/evaluate-output.ts";
import type { EvaluatedResource } from "./evaluate/evaluate-resource.ts";
import { validateVariables } from "./evaluate/evaluate-variable.ts";
import { type Evaluation, startEvaluation } from "./evaluate/evaluation.ts";
import { scopeOf } from "./evaluate/instance-scope.ts";
import { checkModuleSettings, readSettings } from "./evaluate/settings.ts";
import { isEphemeral, toJsonValue } from "./evaluate/value-json.ts";
import { type BlockGraph, buildGraph } from "./graph/build-graph.ts";
import { orderBlocks } from "./graph/cycles.ts";
import { type ModuleNode, modulesOf, readModuleTree } from "./read/module-tree.ts";
import type { Sources } from "./read/parse-files.ts";
import { gatherValues } from "./read/variable-sources.ts";
import { createReport, hasErrors, inOrderOfPlace, type Report } from "./report.ts";
import { checkAcross } from "./rules/cross-rules.ts";
import { checkResource } from "./rules/resource-rules.ts";

/**
 * Reads the files of one directory, and of the modules that they call, as one configuration, and reports every problem
 * that it can find in one pass; where a file breaks off at a syntax error only such errors, since what else seems wrong
 * may stand in the lost part. Pure: files, environment and options come in as arguments, and no secret is asked for.
 * Equal configurations give equal results, in native or JSON syntax, in one file or many.
 */
export function loadConfiguration(input: ConfigurationInput): LoadedConfiguration {
  const report = createReport();
  const sources: Sources = new Map();
  const { root, remoteModules } = readModuleTree({
    files: input.files,
    readModule: input.readModule,
    sources,
    report,
  });
  if (input.files.length === 0) report.add(noFiles(input.directory));
  const graph = buildGraph(root, report);
  const evaluation = evaluateAll(root, { input, sources, graph, report });
  const { configuration, settings, known } = finish(evaluation);
  const broken = [...sources.values()].flatMap((file) => file.diagnostics);
  const diagnostics = hasErrors(broken) ? broken : inOrderOfPlace(report.diagnostics);
  return {
    configuration: hasErrors(diagnostics) ? undefined : configuration,
    settings: isWhole(root, sources) ? settings : undefined,
    known,
    diagnostics,
    pendingData: evaluation.pendingData,
    remoteModules,
    graph: toPublicGraph(graph),
    scope: scopeOf(evaluation.root, evaluation.facts),
    sources,
  };
}

interface Read {
  readonly input: ConfigurationInput;
  readonly sources: Sources;
  readonly graph: BlockGraph;
  readonly report: Report;
}

function evaluateAll(root: ModuleNode, { input, sources, graph, report }: Read): Evaluation {
  const declared = root.folder.variables;
  const given = gatherValues(input.variables ?? {}, { declared, sources, report });
  const { functions, version, workingDirectory } = input;
  const facts = { functions, version, workingDirectory };
  const evaluation = startEvaluation(root, { input, facts, report, given });
  const { nodes, circular, diagnostics } = orderBlocks(graph);
  report.add(...diagnostics);
  for (const node of nodes) if (!circular.has(node.id)) evaluateBlock(node, evaluation);
  return evaluation;
}

interface Finished {
  readonly configuration: Configuration | undefined;
  readonly settings: Settings | undefined;
  readonly known: LoadedConfiguration["known"];
}

/** What can be said only when every block has its value. */
function finish(evaluation: Evaluation): Finished {
  const { root, report, facts, input } = evaluation;
  const instances = [...modulesOf(root.node)].flatMap(({ id }) => evaluation.modules.get(id) ?? []);
  for (const instance of instances) validateVariables(instance, evaluation);
  const context = {
    scope: scopeOf(root, facts),
    checkers: { checkSchedule: input.checkSchedule },
    report,
  };
  const { settings, references } = readSettings(root.node.folder.holdfast, context, input.version);
  for (const { node } of instances) {
    const block = node === root.node ? undefined : node.folder.holdfast;
    if (block !== undefined) checkModuleSettings(block, context, input.version);
  }
  const resources = [...evaluation.resources.values()].sort((a, b) =>
    compareAddresses(a.address, b.address),
  );
  const refuted = checkReferences([...evaluation.references, ...references], resources, report);
  const whole = resources.filter((each) => each.isWhole && !refuted.has(each.address));
  for (const resource of whole) report.add(...checkResource(resource));
  const byAddress = new Map(whole.map((resource) => [resource.address as string, resource]));
  report.add(...checkAcross(byAddress, settings));
  const real = instances.filter(({ isGhost }) => !isGhost);
  const checks = real.flatMap((instance) => evaluateChecks(instance, evaluation));
  const nameless = real.map((instance) => evaluateNameless(instance, evaluation));
  const moves = nameless.flatMap((each) => each.moves);
  const known = { resources: whole.map(toDesired), moves };
  const isKnown = whole.length === resources.length && evaluation.pendingData.length === 0;
  if (settings === undefined || !isKnown) return { configuration: undefined, settings, known };
  const configuration: Configuration = {
    settings,
    resources: resources.map(toDesired),
    variables: namedVariables(evaluation),
    outputs: rootOutputs(root),
    moves,
    removals: nameless.flatMap(({ removals }) => removals),
    imports: nameless.flatMap(({ imports }) => imports),
    checks,
  };
  return { configuration, settings, known };
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
    const fault = checkReference(text, { schema, attribute }, (address) => known.has(address));
    if (fault !== undefined) report.add(fault);
    return fault === undefined;
  };
  for (const { address, references } of resources) {
    if (!references.map(check).every(Boolean)) refuted.add(address);
  }
  for (const reference of others) check(reference);
  return refuted;
}

function toDesired(resource: EvaluatedResource): Configuration["resources"][number] {
  const { address, type, name, lifecycle, attributes, sensitive, dependsOn, range } = resource;
  return { address, type, name, lifecycle, attributes, sensitive, dependsOn, range };
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

/** Whether the `holdfast` block was seen to its end; without one, whether no file of the root can hide it. */
function isWhole({ folder }: ModuleNode, sources: Sources): boolean {
  const own = folder.holdfast && sources.get(folder.holdfast.typeRange.filename);
  const files = own === undefined ? [...sources.values()] : [own];
  return files.every(({ diagnostics }) => !hasErrors(diagnostics));
}

function noFiles(directory: string) {
  return errorDiagnostic({
    code: "CONFIG_EMPTY",
    summary: "No configuration files",
    detail: `There is no *.hcl or *.hcl.json file in ${directory === "" ? "." : directory}. Write one, or name the folder of your configuration:\n\n    holdfast -chdir=FOLDER plan`,
  });
}

function toPublicGraph({ nodes, edges }: BlockGraph): ConfigurationGraph {
  return {
    get nodes() {
      return [...nodes.values()].map(({ id, kind, module, label, range }) => {
        return { id, kind, module, label, range };
      });
    },
    get edges() {
      return [...edges.values()].flat();
    },
  };
}
