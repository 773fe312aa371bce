import type { Json, JsonObject } from "../../core/kit/json.ts";
import type { ArgumentSchema, ArgumentType } from "../blocks/block-schema.ts";

/** Where a number, a bool or a list stands, a text with `${…}` may stand instead: it is evaluated. */
export const TEMPLATE: JsonObject = {
  type: "string",
  pattern: "[$%]\\{",
  description: "A text with an expression in it, such as ${var.port}.",
};

const A_TEMPLATE = { $ref: "#/definitions/template" };

/** The language converts these texts to numbers. */
const NUMBER_TEXT = { type: "string", pattern: "^-?\\d+(\\.\\d+)?([eE][+-]?\\d+)?$" };
const DURATION_TEXT = { type: "string", pattern: "^(\\d+(\\.\\d+)?(ms|[smhdw]))+$" };
const SIZE_TEXT = { type: "string", pattern: "^\\d+(\\.\\d+)?\\s*([KMGT]?i?B)?$" };
const LIST_OF_TEXT = { type: "array", items: { type: "string" } };

/**
 * What the value of an argument may be in JSON syntax: plain, or a template that makes it. Null means "not set", which
 * will not do where the argument is required.
 */
export function argumentJsonSchema(argument: ArgumentSchema): JsonObject {
  const forms = formsOf(argument);
  const allowed = argument.required === true ? forms : [...forms, { type: "null" }];
  return {
    description: argument.description,
    ...(argument.default === undefined ? {} : { default: argument.default }),
    ...join(argument.type === "any" ? [{}] : allowed),
  };
}

function join(forms: readonly JsonObject[]): JsonObject {
  const [only] = forms;
  return forms.length === 1 && only !== undefined ? only : { anyOf: forms };
}

const FORMS: Readonly<Record<ArgumentType, (argument: ArgumentSchema) => readonly JsonObject[]>> = {
  string: textForms,
  path: textForms,
  schedule: textForms,
  timezone: textForms,
  url: textForms,
  duration: () => [DURATION_TEXT, A_TEMPLATE],
  byte_size: () => [SIZE_TEXT, { type: "number", minimum: 0 }, A_TEMPLATE],
  period: textForms,
  number: numberForms,
  bool: () => [{ type: "boolean" }, { enum: ["true", "false", "1", "0"] }, A_TEMPLATE],
  string_set: (argument) => [{ type: "array", items: join(textForms(argument)) }, A_TEMPLATE],
  patterns: () => [LIST_OF_TEXT, A_TEMPLATE],
  number_map: (argument) => [
    { type: "object", additionalProperties: join(numberForms(argument)) },
    A_TEMPLATE,
  ],
  string_map: () => [{ type: "object", additionalProperties: { type: "string" } }, A_TEMPLATE],
  reference: ({ target = "" }) => [{ type: "string", pattern: `^${target}\\.|[$%]\\{` }],
  any: () => [{}],
  type_constraint: () => [{ type: "string" }],
  address: () => [{ type: "string" }],
  address_list: () => [LIST_OF_TEXT],
  attribute_list: () => [LIST_OF_TEXT, { const: "all" }],
  name: () => [{ type: "string" }],
};

function formsOf(argument: ArgumentSchema): readonly JsonObject[] {
  return FORMS[argument.type](argument);
}

function textForms({ values }: ArgumentSchema): readonly JsonObject[] {
  return values === undefined ? [{ type: "string" }] : [{ enum: values }, A_TEMPLATE];
}

function numberForms({ integer, minimum, maximum }: ArgumentSchema): readonly JsonObject[] {
  const bounds: Record<string, Json> = {};
  if (minimum !== undefined) bounds["minimum"] = minimum;
  if (maximum !== undefined) bounds["maximum"] = maximum;
  return [{ type: integer === true ? "integer" : "number", ...bounds }, NUMBER_TEXT, A_TEMPLATE];
}
