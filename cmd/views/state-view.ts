import { type Address, compareAddresses, nameOfAddress } from "../../core/address/address.ts";
import { isJsonObject, type JsonObject } from "../../core/kit/json.ts";
import { recordedSchema } from "../../schemas/blocks/recorded.ts";
import { type Row, rowsOf } from "./plan/body-rows.ts";
import { sensitiveMap } from "./plan/hidden-values.ts";
import { toResource, toRootModule, type ValuedObject } from "./plan/module-values.ts";
import { toPlace } from "./plan/place-json.ts";
import { printable } from "./text-layout.ts";

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

/** The recorded objects in the shape of Terraform's `show -json` of a state: modules nest. */
export function toStateJson({ version, objects }: State): JsonObject {
  return {
    format_version: "1.0",
    catalog: { ...version },
    values: { root_module: toRootModule(objects.map(valuedOf)) },
  };
}

function valuedOf(object: RecordedObject): ValuedObject {
  const { address, attributes, sensitive = [], dependsOn } = object;
  const sensitiveValues = sensitiveMap(attributes, sensitive);
  return {
    address,
    values: withoutSecrets(object),
    sensitiveValues: isJsonObject(sensitiveValues) ? sensitiveValues : {},
    dependsOn,
  };
}

/** Where each recorded object stands, without what it holds. */
export function toStateListJson({ version, objects }: State): JsonObject {
  const sorted = objects.toSorted((a, b) => compareAddresses(a.address, b.address));
  return {
    format_version: "1.0",
    catalog: { ...version },
    resources: sorted.map(({ address }) => toPlace(address)),
  };
}

/** One address a line. */
export function formatStateList({ objects }: State): string {
  const addresses = objects.map(({ address }) => address).toSorted(compareAddresses);
  return addresses.map((address) => `${printable(address)}\n`).join("");
}

/** One recorded object: `values` as in `toStateJson`. */
export function toObjectJson({ version, objects }: State): JsonObject {
  const [object] = objects.map((each) => toResource(valuedOf(each)));
  return { format_version: "1.0", catalog: { ...version }, resource: object ?? null };
}

/** The recorded objects as people would write them. */
export function formatState(state: State): string {
  if (state.objects.length === 0)
    return "The catalog records nothing yet. See what apply would record:\n\n    holdfast plan\n";
  const objects = state.objects.toSorted((a, b) => compareAddresses(a.address, b.address));
  const blocks = objects.map((object) => {
    const header = `${object.type} ${JSON.stringify(nameOfAddress(object.address))}`;
    const lines = formatRows(argumentsOf(object), "  ");
    return `# ${printable(object.address)}\n${[`${header} {`, ...lines, "}"].join("\n")}\n`;
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

function argumentsOf(object: RecordedObject): readonly Row[] {
  const { type, attributes, sensitive = [] } = object;
  const schema = recordedSchema(type);
  return rowsOf(
    {
      action: "create",
      before: null,
      after: attributes,
      changed: [],
      sensitive,
      replaceReasons: [],
    },
    schema,
  );
}

function formatRows(rows: readonly Row[], indent: string): readonly string[] {
  const width = Math.max(0, ...rows.map((row) => (row.kind === "argument" ? row.name.length : 0)));
  return rows.flatMap((row, index) => {
    if (row.kind === "argument") return [`${indent}${row.name.padEnd(width)} = ${row.text}`];
    if (row.kind === "hidden") return [];
    const gap = index === 0 ? [] : [""];
    if (row.rows.length === 0) return [...gap, `${indent}${row.header} {}`];
    return [
      ...gap,
      `${indent}${row.header} {`,
      ...formatRows(row.rows, `${indent}  `),
      `${indent}}`,
    ];
  });
}
