import type { Brand } from "../kit/brand.ts";
import { formatKey, type InstanceKey, tryParseKey } from "./instance-key.ts";

/**
 * What one configuration object is called: `backup_set.orders`, `server.shop["eu"]`, `module.region["eu"].vault.main[0]`.
 * There is one spelling for each object, so addresses are compared as text.
 */
export type Address = Brand<string, "Address">;

/** The parts that an address is made of. */
export interface AddressParts {
  /** The module instance it stands in: `""` for the root, `module.region["eu"].module.storage`. */
  readonly module: string;
  readonly type: string;
  readonly name: string;
  /** Of a block with `count` (a number) or `for_each` (a string). */
  readonly key?: InstanceKey | undefined;
}

const NAME = "[A-Za-z_][A-Za-z0-9_-]*";
const KEY = String.raw`\[(?:\d+|"(?:[^"\\]|\\.)*")\]`;
const MODULE = `module\\.${NAME}(?:${KEY})?`;
const ADDRESS = new RegExp(`^((?:${MODULE}\\.)*)(?!module\\.)([a-z_]+)\\.(${NAME})(${KEY})?$`, "s");
const MODULE_PATH = new RegExp(`^${MODULE}(?:\\.${MODULE})*$`, "s");
const STEP = new RegExp(`module\\.(${NAME})(${KEY})?`, "gs");

/** Undefined when the text is not an address. The usual spelling comes back, however the key was escaped. */
export function tryParseAddress(text: string): Address | undefined {
  const parts = tryPartsOf(text);
  return parts === undefined ? undefined : formatParts(parts);
}

/** Undefined when the text is not a path of modules such as `module.region["eu"].module.storage`. */
export function tryParseModulePath(text: string): string | undefined {
  if (!MODULE_PATH.test(text)) return undefined;
  return [...text.matchAll(STEP)].map(([, name = "", key]) => formatStep(name, key)).join(".");
}

function formatStep(name: string, key: string | undefined): string {
  return `module.${name}${key === undefined ? "" : formatKey(tryParseKey(key) ?? 0)}`;
}

function tryPartsOf(text: string): AddressParts | undefined {
  const [, path = "", type, name, bracket] = ADDRESS.exec(text) ?? [];
  if (type === undefined || name === undefined) return undefined;
  const module = path === "" ? "" : tryParseModulePath(path.slice(0, -1));
  if (module === undefined) return undefined;
  return { module, type, name, ...(bracket !== undefined && { key: tryParseKey(bracket) }) };
}

/** The address of an object of the root module without a key. Throws RangeError when `type` and `name` do not make one. */
export function formatAddress(type: string, name: string): Address {
  return addressOf({ module: "", type, name });
}

/** Throws RangeError when the parts do not make an address. */
export function addressOf(parts: AddressParts): Address {
  const text = formatParts(parts);
  if (!ADDRESS.test(text)) throw new RangeError(`not an address: ${text}`);
  return text;
}

function formatParts({ module, type, name, key }: AddressParts): Address {
  const prefix = module === "" ? "" : `${module}.`;
  const suffix = key === undefined ? "" : formatKey(key);
  return `${prefix}${type}.${name}${suffix}` as Address;
}

export function partsOfAddress(address: Address): AddressParts {
  const parts = tryPartsOf(address);
  if (parts === undefined) throw new RangeError(`not an address: ${address}`);
  return parts;
}

/** `backup_set` of `module.region["eu"].backup_set.orders[0]`. */
export function typeOfAddress(address: Address): string {
  return partsOfAddress(address).type;
}

/** `orders` of `module.region["eu"].backup_set.orders[0]`. */
export function nameOfAddress(address: Address): string {
  return partsOfAddress(address).name;
}

/** The block that an object comes from, without any key: `module.region.backup_set.orders`. */
export function blockOfAddress(address: Address): string {
  const { module, type, name } = partsOfAddress(address);
  const path = [...module.matchAll(STEP)].map(([, step]) => `module.${step}.`).join("");
  return `${path}${type}.${name}`;
}

/** The order in which people read addresses: by text, with numbers in keys by size. */
export function compareAddresses(left: string, right: string): number {
  return compareRuns(left, right);
}

function compareRuns(left: string, right: string): number {
  const a = left.split(/(?<=\[)(\d+)(?=\])/);
  const b = right.split(/(?<=\[)(\d+)(?=\])/);
  for (let at = 0; at < Math.min(a.length, b.length); at += 1) {
    const [x = "", y = ""] = [a[at], b[at]];
    const isNumber = at % 2 === 1;
    if (isNumber && Number(x) !== Number(y)) return Number(x) - Number(y);
    if (x !== y) return x < y ? -1 : 1;
  }
  return a.length - b.length;
}
