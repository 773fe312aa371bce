import { DATA_SOURCES } from "../../../schemas/blocks/data-sources.ts";
import { isResourceType, RESOURCES } from "../../../schemas/blocks/resources.ts";
import type { Attribute, Block } from "../../language/body.ts";
import type { ParsedFile } from "../../language/parsed-file.ts";
import { didYouMean } from "../../language/suggestion.ts";
import { problem, type Report } from "../report.ts";
import { type AddressedBlock, readAddressedBlock } from "./addressed-block.ts";
import { type CheckBlock, readCheck } from "./check-block.ts";
import { collectDeclarations, type Declarations, type Declared } from "./declarations.ts";
import { type ModuleCall, readModuleCall } from "./module-call.ts";
import { type OutputBlock, readOutput } from "./output-block.ts";
import { readVariable, type VariableBlock } from "./variable-block.ts";

/** All blocks of the files of one directory, read once for every module that uses it. */
export interface ModuleFolder {
  readonly holdfast: Block | undefined;
  readonly variables: ReadonlyMap<string, VariableBlock>;
  readonly locals: ReadonlyMap<string, Attribute>;
  readonly outputs: ReadonlyMap<string, OutputBlock>;
  /** By `type.name`. */
  readonly resources: ReadonlyMap<string, AddressedBlock>;
  /** By `type.name`; those of checks among them. */
  readonly data: ReadonlyMap<string, AddressedBlock>;
  readonly calls: ReadonlyMap<string, ModuleCall>;
  readonly checks: ReadonlyMap<string, CheckBlock>;
  /** `moved`, `removed` and `import`. */
  readonly nameless: readonly Block[];
  /** Resources whose block was reported for its type, by `type.name`. */
  readonly misspelt: ReadonlySet<string>;
}

export function readModuleFolder(files: readonly ParsedFile[], report: Report): ModuleFolder {
  const declared = collectDeclarations(files, report);
  const checks = readEach(declared.checks, (each) => readCheck(each, report));
  return {
    holdfast: declared.holdfast,
    variables: readEach(declared.variables, (each) => readVariable(each, report)),
    locals: declared.locals,
    outputs: readEach(declared.outputs, (each) => readOutput(each, report)),
    resources: readResources(declared, report),
    data: readData(declared, checks, report),
    calls: readEach(declared.modules, (each) => readModuleCall(each, report)),
    checks,
    nameless: declared.nameless,
    misspelt: declared.misspelt,
  };
}

function readEach<T>(
  declared: ReadonlyMap<string, Declared>,
  read: (declared: Declared) => T,
): ReadonlyMap<string, T> {
  return new Map([...declared].map(([name, each]) => [name, read(each)]));
}

function readResources(
  { resources }: Declarations,
  report: Report,
): ReadonlyMap<string, AddressedBlock> {
  const found = [...resources].flatMap(([type, siblings]) =>
    isResourceType(type)
      ? [...siblings.values()].map((each) => readAddressedBlock(each, RESOURCES[type], report))
      : [],
  );
  return new Map(found.map((block) => [`${block.type}.${block.name}`, block]));
}

function readData(
  { data }: Declarations,
  checks: ReadonlyMap<string, CheckBlock>,
  report: Report,
): ReadonlyMap<string, AddressedBlock> {
  const found = new Map<string, AddressedBlock>();
  for (const [key, each] of data) {
    const block = readDataBlock(each, report);
    if (block !== undefined) found.set(key, block);
  }
  for (const { data: block } of checks.values()) {
    const [type, label] = block?.labels ?? [];
    if (block === undefined || type === undefined || label === undefined) continue;
    const key = `${type.text}.${label.text}`;
    const own = readDataBlock({ name: label.text, label, block, type: type.text }, report);
    const isTaken = found.has(key);
    if (own !== undefined && !isTaken) found.set(key, own);
    if (isTaken) {
      const detail = `There is a data block ${key} already. Give the one in this check another name.`;
      const fault = { summary: "Duplicate name", detail, subject: block.headerRange };
      report.add(problem(fault, "CONFIG_DUPLICATE_NAME"));
    }
  }
  return found;
}

function readDataBlock(
  declared: Declared & { readonly type: string },
  report: Report,
): AddressedBlock | undefined {
  const { type, block } = declared;
  const schema = Object.entries(DATA_SOURCES).find(([name]) => name === type)?.[1];
  if (schema !== undefined) {
    const found = readAddressedBlock(declared, schema, report);
    refuseLifecycle(found, report);
    return found;
  }
  const subject = block.labels[0]?.range ?? block.headerRange;
  const detail = `There is no data source of type ${JSON.stringify(type)}.${didYouMean(type, Object.keys(DATA_SOURCES))}`;
  report.add(problem({ summary: "Unknown data source", detail, subject }, "CONFIG_UNKNOWN_BLOCK"));
  return undefined;
}

/** Data is read and never made, so its lifecycle has conditions only. */
function refuseLifecycle({ lifecycle, range }: AddressedBlock, report: Report): void {
  const { facts, triggers } = lifecycle;
  const hasMore =
    triggers !== undefined ||
    facts.preventDestroy ||
    facts.createBeforeDestroy ||
    facts.ignoreChanges.length > 0;
  if (!hasMore) return;
  const detail =
    "The lifecycle of a data block holds preconditions and postconditions only: data is read, and never made, changed or destroyed.";
  report.add(
    problem({ summary: "Unknown argument", detail, subject: range }, "CONFIG_UNKNOWN_ARGUMENT"),
  );
}
