import { errorDiagnostic } from "../diagnostics/diagnostic.ts";
import { conclude } from "./conclude.ts";
import type {
  ConfigurationGraph,
  ConfigurationInput,
  LoadedConfiguration,
} from "./configuration.ts";
import { evaluateBlock } from "./evaluate/evaluate-block.ts";
import { type Evaluation, startEvaluation } from "./evaluate/evaluation.ts";
import { scopeOf } from "./evaluate/instance-scope.ts";
import { type BlockGraph, buildGraph } from "./graph/build-graph.ts";
import { orderBlocks } from "./graph/cycles.ts";
import { type ModuleNode, readModuleTree } from "./read/module-tree.ts";
import type { Sources } from "./read/parse-files.ts";
import { gatherValues } from "./read/variable-sources.ts";
import { createReport, hasErrors, inOrderOfPlace, type Report } from "./report.ts";

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
  const { configuration, settings, known } = conclude(evaluation);
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
    detail: `There is no *.hcl or *.hcl.json file in ${directory === "" || directory === "." ? "this folder" : directory}; files of Terraform, such as main.tf, are not read. Write one, or name the folder of your configuration:\n\n    holdfast -chdir=FOLDER validate`,
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
