import { type Address, compareAddresses, partsOfAddress } from "../../../core/address/address.ts";
import type { JsonObject } from "../../../core/kit/json.ts";
import { toPlace } from "./place-json.ts";

/** An object as it is, or will be. */
export interface ValuedObject {
  readonly address: Address;
  readonly values: JsonObject;
  /** True where a value of `values` is hidden, in its shape. */
  readonly sensitiveValues: JsonObject;
  readonly dependsOn: readonly Address[];
}

/** Objects in the shape of Terraform's `root_module`: modules nest. */
export function toRootModule(objects: readonly ValuedObject[]): JsonObject {
  return toModule("", byModule(objects));
}

type Modules = ReadonlyMap<string, readonly ValuedObject[]>;

function byModule(objects: readonly ValuedObject[]): Modules {
  const sorted = objects.toSorted((a, b) => compareAddresses(a.address, b.address));
  return Map.groupBy(sorted, ({ address }) => partsOfAddress(address).module);
}

function toModule(path: string, modules: Modules): JsonObject {
  const children = [...new Set([...modules.keys()].flatMap((each) => childOf(path, each)))];
  return {
    ...(path === "" ? {} : { address: path }),
    resources: (modules.get(path) ?? []).map(toResource),
    ...(children.length === 0
      ? {}
      : {
          child_modules: children.sort(compareAddresses).map((child) => toModule(child, modules)),
        }),
  };
}

const FIRST_STEP = /^module\.[^.[]+(?:\[(?:\d+|"(?:[^"\\]|\\.)*")\])?/s;

/** The module right below `path` that `inner` is, or lies in. */
function childOf(path: string, inner: string): readonly string[] {
  const prefix = path === "" ? "" : `${path}.`;
  if (inner === "" || !inner.startsWith(prefix)) return [];
  const [step] = FIRST_STEP.exec(inner.slice(prefix.length)) ?? [];
  return step === undefined ? [] : [`${prefix}${step}`];
}

/** One object in the shape of Terraform's `resources`. */
export function toResource(object: ValuedObject): JsonObject {
  const { module_address: _module, ...place } = toPlace(object.address);
  return {
    ...place,
    values: object.values,
    sensitive_values: object.sensitiveValues,
    depends_on: object.dependsOn,
  };
}
