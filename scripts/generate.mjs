// npm run generate: writes schemas/generated and docs/reference from schemas/blocks and the functions of the language.
// With --check it writes nothing, names what is stale and exits with 1.
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { standardFunctions } from "../core/language/functions/standard-functions.ts";
import { friendlyTypeName } from "../core/language/values/value-type.ts";
import {
  blockJsonSchemas,
  configurationJsonSchema,
} from "../schemas/json-schema/configuration-json-schema.ts";
import { schemaIndex } from "../schemas/json-schema/schema-index.ts";
import { testsJsonSchema } from "../schemas/json-schema/tests-json-schema.ts";
import { OUTPUTS, outputJsonSchema } from "../schemas/outputs/output-schemas.ts";
import { functionsPage } from "../schemas/reference/functions-page.ts";
import { languageDocument } from "../schemas/reference/language-document.ts";
import { referencePages } from "../schemas/reference/reference-pages.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const isCheck = process.argv.includes("--check");

function refuse() {
  throw new Error("Functions are listed here, not called. This is a bug.");
}

/** Stands for all that functions would need to run, and refuses to do any of it. */
const idle = new Proxy(refuse, { get: () => idle });

/** Functions that take expressions and not values declare no parameters. */
const EXPRESSIONS = {
  can: [{ name: "expression", type: "any expression", repeats: false }],
  convert: [
    { name: "value", type: "any value", repeats: false },
    { name: "type", type: "type constraint", repeats: false },
  ],
  try: [{ name: "expressions", type: "any expression", repeats: true }],
};

function typeText(type) {
  const name = friendlyTypeName(type);
  return name === "dynamic" ? "any value" : name;
}

function parametersOf(declaration) {
  if (declaration.kind === "lazy") {
    const known = EXPRESSIONS[declaration.name];
    if (known === undefined) throw new Error(`Say which expressions ${declaration.name} takes.`);
    return known;
  }
  const one = ({ name, type }, repeats) => ({ name, type: typeText(type), repeats });
  const { parameters, rest } = declaration;
  return [
    ...parameters.map((each) => one(each, false)),
    ...(rest === undefined ? [] : [one(rest, true)]),
  ];
}

const functions = [...standardFunctions(idle).values()].map((declaration) => ({
  name: declaration.name,
  parameters: parametersOf(declaration),
}));

const json = (value) => `${JSON.stringify(value, null, 2)}\n`;

/** Every generated file by its path. */
const files = new Map([
  ["schemas/generated/configuration.schema.json", json(configurationJsonSchema())],
  ["schemas/generated/tests.schema.json", json(testsJsonSchema())],
  ["schemas/generated/language.json", json(languageDocument(functions))],
  ["schemas/generated/index.json", json(schemaIndex())],
  ...[...blockJsonSchemas()].map(([name, schema]) => [
    `schemas/generated/blocks/${name}.schema.json`,
    json(schema),
  ]),
  ...Object.keys(OUTPUTS).map((name) => [
    `schemas/generated/outputs/${name}.schema.json`,
    json(outputJsonSchema(name, "open")),
  ]),
  ...[...referencePages()].map(([name, page]) => [`docs/reference/${name}`, page]),
  ["docs/reference/functions.md", functionsPage(functions)],
]);

const found = globSync("{schemas/generated,docs/reference}/**/*.{json,md}", { cwd: root });
const left = found.map((path) => path.replaceAll("\\", "/")).filter((path) => !files.has(path));
const changed = [...files].filter(([path, text]) => {
  const file = join(root, path);
  return !existsSync(file) || readFileSync(file, "utf8").replaceAll("\r\n", "\n") !== text;
});

if (isCheck) {
  const stale = [...changed.map(([path]) => path), ...left];
  for (const path of stale) process.stdout.write(`stale: ${path}\n`);
  if (stale.length > 0) process.stdout.write("Write them with: npm run generate\n");
  process.exit(stale.length > 0 ? 1 : 0);
}
for (const path of left) rmSync(join(root, path));
for (const [path, text] of changed) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
process.stdout.write(`${changed.length} of ${files.size} files written, ${left.length} removed\n`);
