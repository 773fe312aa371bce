import type { Address } from "../../core/address/address.ts";
import { nameOfAddress } from "../../core/address/address.ts";
import { isJsonObject, type JsonObject } from "../../core/kit/json.ts";
import { isResourceType, RESOURCES } from "../../schemas/blocks/resources.ts";
import { type Row, rowsOf } from "./plan/body-rows.ts";

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
    const header = `${object.type} ${JSON.stringify(nameOfAddress(object.address))}`;
    const lines = formatRows(argumentsOf(object), "  ");
    return `# ${object.address}\n${[`${header} {`, ...lines, "}"].join("\n")}\n`;
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
  const schema = isResourceType(type) ? RESOURCES[type] : { arguments: {} };
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
