import assert from "node:assert/strict";
import { test } from "node:test";
import { Ajv } from "ajv";
import fc from "fast-check";
import { isJsonObject, type Json, type JsonObject } from "../../core/kit/json.ts";
import { configurationJsonSchema } from "../../schemas/json-schema/configuration-json-schema.ts";
import { loadText } from "../support/load-text.ts";
import { printJson, randomConfiguration } from "../support/random-configuration.ts";

type Path = readonly string[];

/** Every place in the value, itself included. */
function placesIn(value: Json, path: Path = []): readonly Path[] {
  if (!isJsonObject(value)) return [path];
  const inner = Object.entries(value).flatMap(([name, each]) => placesIn(each, [...path, name]));
  return [path, ...inner];
}

/** What may stand instead, or undefined for nothing. Not among them: what the schema refuses and the language takes. */
function damagesOf(value: Json | undefined): readonly (Json | undefined)[] {
  if (typeof value === "number") return [-1, 1.5, 1e9, "word", [], {}, undefined];
  if (isJsonObject(value)) return ["word", [], { ...value, unheard_of: 1 }, undefined];
  if (Array.isArray(value)) return ["word", {}, [[]], undefined];
  return ["word", [], {}, undefined];
}

function at(value: Json | undefined, path: Path): Json | undefined {
  return path.reduce<Json | undefined>(
    (inner, name) => (isJsonObject(inner) ? inner[name] : undefined),
    value,
  );
}

function withDamage(
  value: JsonObject,
  [name = "", ...rest]: Path,
  by: Json | undefined,
): JsonObject {
  const inner = value[name];
  const { [name]: _, ...others } = value;
  if (rest.length === 0) return by === undefined ? others : { ...value, [name]: by };
  return isJsonObject(inner) ? { ...value, [name]: withDamage(inner, rest, by) } : value;
}

const damaged: fc.Arbitrary<JsonObject> = randomConfiguration.chain((blocks) => {
  const whole = JSON.parse(printJson(blocks)) as JsonObject;
  const places = placesIn(whole).filter((path) => path.length > 0);
  return fc
    .constantFrom(...places)
    .chain((path) =>
      fc.constantFrom(...damagesOf(at(whole, path))).map((by) => withDamage(whole, path, by)),
    );
});

test("what the schema refuses of a damaged configuration, the language refuses too", () => {
  const isConfiguration = new Ajv({ strictRequired: false }).compile(configurationJsonSchema());
  let refused = 0;
  fc.assert(
    fc.property(damaged, (configuration) => {
      if (isConfiguration(configuration)) return;
      refused += 1;
      const { diagnostics } = loadText({ "main.hcl.json": JSON.stringify(configuration) });
      assert.ok(diagnostics.some(({ severity }) => severity === "error"));
    }),
    { numRuns: 80 },
  );
  assert.ok(refused > 8, `only ${refused} were refused, so nothing was shown`);
});
