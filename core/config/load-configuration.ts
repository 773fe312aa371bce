import { errorDiagnostic } from "../diagnostics/diagnostic.ts";
import type { Value } from "../language/values/value.ts";
import type {
  Configuration,
  ConfigurationInput,
  LoadedConfiguration,
  NamedValue,
  Settings,
} from "./configuration.ts";
import { checkAcross } from "./cross-rules.ts";
import { checkData } from "./data-blocks.ts";
import { collectDeclarations, type Declarations } from "./declarations.ts";
import type { BodyContext } from "./evaluate-body.ts";
import { createScope } from "./expression-scope.ts";
import { readOutputs } from "./outputs.ts";
import { parseFiles, type Sources } from "./parse-files.ts";
import { createReport, hasErrors, type Report } from "./report.ts";
import { checkResource } from "./resource-rules.ts";
import { evaluateResources } from "./resources.ts";
import { readSettings } from "./settings.ts";
import { toJsonValue } from "./value-json.ts";
import { gatherValues } from "./variable-sources.ts";
import {
  EMPTY_SCOPE,
  readVariables,
  settleVariables,
  type VariableDeclaration,
  validateVariables,
} from "./variables.ts";

/**
 * Reads the files of one directory as one configuration and reports every problem that it can find in one pass; where
 * a file breaks off at a syntax error only such errors, since what else seems wrong may stand in the lost part. Pure: files, environment and options come in as arguments, and no secret is asked for. Equal configurations give equal
 * results, in native or JSON syntax, in one file or many.
 */
export function loadConfiguration(input: ConfigurationInput): LoadedConfiguration {
  const report = createReport();
  const sources: Sources = new Map();
  if (input.files.length === 0) {
    report.add(noFiles(input.directory));
    return {
      ...NOTHING_MORE,
      settings: defaultSettings(input),
      diagnostics: report.diagnostics,
      sources,
    };
  }
  const declarations = collectDeclarations(parseFiles(input.files, sources, report), report);
  const plain = bodyContext(input, declarations, report);
  const declared = readVariables(declarations, plain);
  const given = gatherValues(input.variables ?? {}, { declared, sources, report });
  const variables = settleVariables(declared, given, report);
  const scope = createScope({ ...input, declarations, variables, report });
  scope.evaluateLocals();
  validateVariables(declared, scope, report);
  const context = { ...plain, scope };
  const read = readSettings(declarations, context, input.version);
  const configuration = evaluateAll(declarations, context, read);
  checkData(declarations, context);
  const settings = isWhole(declarations, sources) ? read : undefined;
  const broken = [...sources.values()].flatMap((file) => file.diagnostics);
  if (hasErrors(broken)) return { ...NOTHING_MORE, settings, diagnostics: broken, sources };
  if (configuration === undefined || hasErrors(report.diagnostics)) {
    return { ...NOTHING_MORE, settings, diagnostics: report.diagnostics, sources };
  }
  const named = { ...configuration, variables: namedVariables(declared, variables) };
  return {
    ...NOTHING_MORE,
    configuration: named,
    settings,
    diagnostics: report.diagnostics,
    sources,
  };
}

const NOTHING_MORE = {
  pendingData: [],
  remoteModules: [],
  graph: { nodes: [], edges: [] },
  scope: EMPTY_SCOPE,
};

/** Whether the `holdfast` block was seen to its end; without one, whether no file can hide it. */
function isWhole({ holdfast }: Declarations, sources: Sources): boolean {
  const own = holdfast && sources.get(holdfast.typeRange.filename);
  const files = own === undefined ? [...sources.values()] : [own];
  return files.every(({ diagnostics }) => !hasErrors(diagnostics));
}

function defaultSettings(input: ConfigurationInput): Settings | undefined {
  const report = createReport();
  const declarations = collectDeclarations([], report);
  return readSettings(declarations, bodyContext(input, declarations, report), input.version);
}

function noFiles(directory: string) {
  return errorDiagnostic({
    code: "CONFIG_EMPTY",
    summary: "No configuration files",
    detail: `There is no *.hcl or *.hcl.json file in ${directory === "" ? "." : directory}. Write one, or name the folder of your configuration:\n\n    holdfast -chdir=FOLDER plan`,
  });
}

function bodyContext(
  { checkSchedule }: ConfigurationInput,
  { resources }: Declarations,
  report: Report,
): BodyContext {
  const isDeclared = (address: string): boolean => {
    const [type = "", name = ""] = address.split(".");
    return resources.get(type)?.has(name) === true;
  };
  return { scope: EMPTY_SCOPE, checkers: { checkSchedule }, isDeclared, report };
}

function evaluateAll(
  declarations: Declarations,
  context: BodyContext,
  settings: Settings | undefined,
): Omit<Configuration, "variables"> | undefined {
  const { report } = context;
  const resources = evaluateResources(declarations, context);
  for (const resource of resources) if (resource.isWhole) report.add(...checkResource(resource));
  const whole = resources.filter(({ isWhole }) => isWhole);
  const byAddress = new Map(whole.map((resource) => [resource.address as string, resource]));
  report.add(...checkAcross(byAddress, settings));
  const outputs = readOutputs(declarations, context);
  if (settings === undefined) return undefined;
  const desired = resources.map(
    ({ address, type, name, lifecycle, attributes, sensitive, dependsOn, range }) => {
      return { address, type, name, lifecycle, attributes, sensitive, dependsOn, range };
    },
  );
  return {
    settings,
    resources: desired,
    outputs,
    moves: [],
    removals: [],
    imports: [],
    checks: [],
  };
}

function namedVariables(
  declared: ReadonlyMap<string, VariableDeclaration>,
  values: ReadonlyMap<string, Value>,
): readonly NamedValue[] {
  return [...declared.values()]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(({ name, sensitive, description }) => {
      const value = values.get(name);
      const json = value && toJsonValue(value);
      return json === undefined ? [] : [{ name, value: json, sensitive, description }];
    });
}
