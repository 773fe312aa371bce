import type { Address } from "../../core/address/address.ts";
import { nameOfAddress } from "../../core/address/address.ts";
import { isJsonObject, type Json, type JsonObject } from "../../core/kit/json.ts";

interface RecordedObject {
  readonly address: Address;
  readonly type: string;
  readonly attributes: JsonObject;
  readonly dependsOn: readonly Address[];
  readonly sensitive?: readonly (readonly string[])[] | undefined;
}

interface State {
  readonly version: { readonly lineage: string; readonly serial: number };
  readonly objects: readonly RecordedObject[];
}

const HIDDEN = "(sensitive value)";

/** The recorded objects in the shape of Terraform's `show -json` of a state. */
export function toStateJson({ version, objects }: State): JsonObject {
  return {
    format_version: "1.0",
    catalog: { ...version },
    values: {
      root_module: {
        resources: objects.map((object) => ({
          address: object.address,
          mode: "managed",
          type: object.type,
          name: nameOfAddress(object.address),
          values: withoutSecrets(object),
          depends_on: object.dependsOn,
        })),
      },
    },
  };
}

/** The recorded objects as people would write them. */
export function formatState(state: State): string {
  if (state.objects.length === 0)
    return "The catalog records nothing yet. See what apply would record:\n\n    holdfast plan\n";
  const blocks = state.objects.map((object) => {
    const lines = formatBody(withoutSecrets(object), 1);
    return `# ${object.address}\n${object.type} "${nameOfAddress(object.address)}" {\n${lines}}\n`;
  });
  return blocks.join("\n");
}

function withoutSecrets({ attributes, sensitive = [] }: RecordedObject): JsonObject {
  return sensitive.reduce<JsonObject>((copy, path) => hide(copy, path), attributes);
}

function hide(object: JsonObject, [name = "", ...rest]: readonly string[]): JsonObject {
  const value = object[name];
  if (value === undefined) return object;
  if (rest.length === 0) return { ...object, [name]: HIDDEN };
  return isJsonObject(value) ? { ...object, [name]: hide(value, rest) } : object;
}

function formatBody(body: JsonObject, depth: number): string {
  const members = Object.entries(body).filter(([, value]) => value !== null);
  const plain = members.filter(([, value]) => !isJsonObject(value));
  const width = Math.max(0, ...plain.map(([name]) => name.length));
  const indent = "  ".repeat(depth);
  const attributes = plain.map(
    ([name, value]) => `${indent}${name.padEnd(width)} = ${JSON.stringify(value)}\n`,
  );
  const blocks = members.flatMap(([name, value]) =>
    isJsonObject(value) ? formatBlock(name, value, depth) : [],
  );
  return [...attributes, ...blocks].join("");
}

function formatBlock(
  name: string,
  value: { readonly [key: string]: Json },
  depth: number,
): string[] {
  const inner = formatBody(value, depth + 1);
  const indent = "  ".repeat(depth);
  return inner === "" ? [`${indent}${name} {}\n`] : [`${indent}${name} {\n${inner}${indent}}\n`];
}
