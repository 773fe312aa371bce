import {
  type Address,
  partsOfAddress,
  tryParseAddress,
  tryParseModulePath,
} from "../address/address.ts";
import { formatKey, type InstanceKey, tryParseKey } from "../address/instance-key.ts";

interface ModuleStep {
  readonly name: string;
  readonly key: InstanceKey | undefined;
}

/**
 * What names one object, all instances of a block, or a module with all that stands in it: `server.shop["eu"]`,
 * `server.shop`, `module.region`, `module.region["eu"].server.shop`.
 */
export interface AddressPattern {
  readonly steps: readonly ModuleStep[];
  /** Undefined for a module. */
  readonly block: { readonly type: string; readonly name: string } | undefined;
  /** Of the block, or of the module where there is none. */
  readonly key: InstanceKey | undefined;
}

const STEP = /module\.([^.[]+)(\[(?:\d+|"(?:[^"\\]|\\.)*")\])?/gs;

/** Undefined when the text names neither an object nor a module. */
export function tryParsePattern(text: string): AddressPattern | undefined {
  const address = tryParseAddress(text);
  if (address !== undefined) return patternOf(address);
  const path = tryParseModulePath(text);
  if (path === undefined) return undefined;
  const steps = stepsOf(path);
  return { steps, block: undefined, key: steps.at(-1)?.key };
}

/** Where an object stands, as a pattern. */
export function patternOf(address: Address): AddressPattern {
  const { module, type, name, key } = partsOfAddress(address);
  return { steps: stepsOf(module), block: { type, name }, key };
}

function stepsOf(path: string): readonly ModuleStep[] {
  return [...path.matchAll(STEP)].map(([, name = "", key]) => ({
    name,
    key: key === undefined ? undefined : tryParseKey(key),
  }));
}

/** Whether an object is one of those that are named; a step without key means all its instances. */
export function matchesAddress(pattern: AddressPattern, object: AddressPattern): boolean {
  const { steps, block, key } = pattern;
  const isInside = steps.every((step, at) => {
    const own = object.steps[at];
    return own !== undefined && own.name === step.name && fits(step.key, own.key);
  });
  if (block === undefined || !isInside) return isInside;
  return (
    steps.length === object.steps.length &&
    block.type === object.block?.type &&
    block.name === object.block.name &&
    fits(key, object.key)
  );
}

function fits(wanted: InstanceKey | undefined, key: InstanceKey | undefined): boolean {
  return wanted === undefined || wanted === key;
}

export function formatPattern({ steps, block, key }: AddressPattern): string {
  const modules = steps.map((step) => `module.${step.name}${formatOptional(step.key)}`);
  const own = block === undefined ? [] : [`${block.type}.${block.name}${formatOptional(key)}`];
  return [...modules, ...own].join(".");
}

function formatOptional(key: InstanceKey | undefined): string {
  return key === undefined ? "" : formatKey(key);
}
