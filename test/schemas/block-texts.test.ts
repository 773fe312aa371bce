import assert from "node:assert/strict";
import { test } from "node:test";
import { checkReference, readArgument } from "../../core/config/evaluate/argument-value.ts";
import { evaluate } from "../../core/language/evaluation/evaluate.ts";
import { parseExpressionText, parseHcl } from "../../core/language/parse-hcl.ts";
import { stringValue } from "../../core/language/values/value.ts";
import { checkSchedule } from "../../core/policy/schedule/schedule.ts";
import type { ArgumentSchema, BlockSchema, BodySchema } from "../../schemas/blocks/block-schema.ts";
import { DATA_BLOCKS, ROOT_BLOCKS } from "../../schemas/blocks/blocks.ts";
import { DYNAMIC } from "../../schemas/blocks/dynamic.ts";
import { LIFECYCLE, META_ARGUMENTS } from "../../schemas/blocks/meta-arguments.ts";
import { TEST } from "../../schemas/blocks/test-block.ts";
import { sourceFile } from "../support/load-text.ts";

const BLOCKS: readonly BlockSchema[] = [
  ...[...ROOT_BLOCKS, ...DATA_BLOCKS].map(({ schema }) => schema),
  LIFECYCLE,
  DYNAMIC,
  TEST,
];

interface Place {
  readonly path: string;
  readonly body: BodySchema;
}

/** The body and every body inside it. */
function bodiesWithin(place: Place): readonly Place[] {
  const inner = Object.entries(place.body.blocks ?? {}).flatMap(([name, { variants, body }]) =>
    variants === undefined
      ? [{ path: `${place.path}.${name}`, body }]
      : Object.entries(variants).map(([label, each]) => ({
          path: `${place.path}.${name}.${label}`,
          body: each,
        })),
  );
  return [place, ...inner.flatMap(bodiesWithin)];
}

const BODIES: readonly Place[] = [
  { path: "meta", body: { arguments: META_ARGUMENTS } },
  ...BLOCKS.flatMap((body) => bodiesWithin({ path: body.type, body })),
];

const ARGUMENTS: readonly (readonly [string, ArgumentSchema])[] = BODIES.flatMap(({ path, body }) =>
  Object.entries(body.arguments).map(([name, argument]) => [`${path}.${name}`, argument] as const),
);

test("every text of every block ends as a sentence does", () => {
  const texts = [
    ...ARGUMENTS.flatMap(([path, { description, note = description }]) => [
      [path, description],
      [path, note],
    ]),
    ...BODIES.flatMap(({ path, body }) =>
      Object.entries(body.blocks ?? {}).flatMap(([name, { description, note = description }]) => [
        [`${path}.${name}`, description],
        [`${path}.${name}`, note],
      ]),
    ),
    ...BLOCKS.flatMap(({ type, description, use, status = use }) => [
      [type, description],
      [type, use],
      [type, status],
    ]),
  ];
  assert.deepEqual(
    texts.filter(([, text = ""]) => !/^[A-Z`][\s\S]*[.!]$/.test(text)),
    [],
  );
});

test("every argument has an example that it takes", () => {
  const without = ARGUMENTS.filter(([, { example }]) => example === undefined);
  assert.deepEqual(
    without.map(([path]) => path),
    ["module.version"],
  );
  const faults = ARGUMENTS.flatMap(([path, argument]) =>
    faultsOf(argument).map((fault) => `${path}: ${fault}`),
  );
  assert.deepEqual(faults, []);
});

/** Types whose expressions are read without evaluation, or mean something only where they stand. */
const UNEVALUATED: readonly string[] = [
  "any",
  "type_constraint",
  "address",
  "address_list",
  "attribute_list",
  "name",
];

function faultsOf(schema: ArgumentSchema): readonly string[] {
  const { expression, diagnostics } = parseExpressionText({
    filename: "example",
    text: schema.example ?? "null",
  });
  if (diagnostics.length > 0 || UNEVALUATED.includes(schema.type)) {
    return diagnostics.map(({ detail }) => detail);
  }
  const scope = {
    variables: new Map(),
    resolve: ({ root, steps }: { readonly root: string; readonly steps: readonly object[] }) => ({
      value: stringValue(`${root}.${"name" in (steps[0] ?? {}) ? "x" : ""}`),
      steps: 1,
    }),
  };
  const { value } = evaluate(expression, scope);
  const { range } = expression;
  const place = {
    schema,
    attribute: { name: "example", nameRange: range, range, expression },
    checkers: { checkSchedule },
  };
  const { json, diagnostics: faults } = readArgument(value, place);
  const isReference = schema.type === "reference" && typeof json === "string";
  const unknown = isReference ? checkReference(json, place, new Set([json])) : undefined;
  return [...faults, ...(unknown === undefined ? [] : [unknown])].map(({ detail }) => detail);
}

test("the example of every block names each of its required arguments and blocks", () => {
  const missing = BLOCKS.flatMap((block) => {
    const required = [
      ...Object.entries(block.arguments),
      ...Object.entries(block.blocks ?? {}),
    ].flatMap(([name, { required: isRequired = false }]) => (isRequired ? [name] : []));
    return required
      .filter((name) => !new RegExp(`\\b${name}\\b`).test(block.example))
      .map((name) => `${block.type}: ${name}`);
  });
  assert.deepEqual(missing, []);
});

test("the example of every block is of its type and free of syntax errors", () => {
  for (const { type, example } of BLOCKS) {
    assert.match(example, new RegExp(`\\b${type}\\b`));
    assert.deepEqual(parseHcl(sourceFile("example.hcl", example)).diagnostics, []);
  }
});
