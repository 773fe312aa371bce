import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Block, Body, BodySchema } from "../../core/language/body.ts";
import { evaluate } from "../../core/language/evaluation/evaluate.ts";
import { parseHcl } from "../../core/language/parse-hcl.ts";
import { parseJsonConfig } from "../../core/language/parse-json-config.ts";
import { encodeValue } from "../../core/language/values/value-json.ts";
import type { FileReport } from "./run-hcl-file.ts";

const NOTHING = { variables: new Map() };

/** Every block type and label count that a body of the suite uses, taken from its `.hcldec`. */
function schemaOf(decoder: Body): BodySchema {
  const content = decoder.content({
    attributes: { value: {} },
    blocks: { literal: {}, object: {}, block: {}, block_list: {}, attr: { labels: ["name"] } },
  });
  const attributes: Record<string, object> = {};
  const blocks: Record<string, object> = {};
  for (const block of content.blocks) {
    if (block.type === "attr") attributes[block.labels[0]?.text ?? ""] = {};
    else if (block.type === "object") {
      const inner = schemaOf(block.body);
      Object.assign(attributes, inner.attributes);
      Object.assign(blocks, inner.blocks);
    } else if (block.type === "block" || block.type === "block_list") blocks[typeOf(block)] = {};
  }
  return { attributes, blocks };
}

function typeOf(block: Block): string {
  const { attributes } = block.body.content({
    attributes: { block_type: {} },
    blocks: { object: {} },
  });
  const type = attributes.get("block_type");
  if (type === undefined) return "";
  const { value } = evaluate(type.expression, NOTHING);
  return value.kind === "string" ? value.content : "";
}

function parseFile(path: string): ReturnType<typeof parseHcl> {
  return parseHcl({ filename: path, bytes: readFileSync(path) });
}

/** The ranges of the errors that a `.t` file expects. */
function expectedErrors(expectation: Body): readonly unknown[] {
  const place = { attributes: { line: {}, column: {}, byte: {} }, blocks: {} };
  const positionOf = (block: Block): unknown =>
    Object.fromEntries(
      Array.from(block.body.content(place).attributes.values(), ({ name, expression }) => [
        name,
        encodeValue(evaluate(expression, NOTHING).value),
      ]),
    );
  const { blocks } = expectation.content({
    attributes: { result: {}, result_type: {} },
    blocks: { diagnostics: {}, traversals: {} },
  });
  return blocks
    .filter(({ type }) => type === "diagnostics")
    .flatMap(({ body }) => body.content({ attributes: {}, blocks: { error: {} } }).blocks)
    .map(({ body }) => {
      const ends = body.content({ attributes: {}, blocks: { from: {}, to: {} } }).blocks;
      return ends.map(positionOf);
    });
}

/** Runs the tests of a folder in the form of HCL's specification suite: `.hcl`, `.hcldec` and `.t`. */
export function runSpecificationSuite(folder: string): FileReport {
  const names = globSync("**/*.t", { cwd: folder }).toSorted();
  const failures = names.flatMap((name) => {
    try {
      assertSpecification(folder, name);
      return [];
    } catch (error) {
      return [`${name}: ${error instanceof Error ? error.message : String(error)}`];
    }
  });
  return { passed: names.length - failures.length, failures };
}

function assertSpecification(folder: string, name: string): void {
  const base = join(folder, name.slice(0, -".t".length));
  const expectation = parseFile(`${base}.t`);
  const decoder = parseFile(`${base}.hcldec`);
  assert.deepEqual([...expectation.diagnostics, ...decoder.diagnostics], [], name);
  const parsed = parseFile(`${base}.hcl`);
  const got = parsed.diagnostics.map(({ subject }) => [subject?.start, subject?.end]);
  assert.deepEqual(got, expectedErrors(expectation.body), name);
  if (got.length === 0)
    assertContent(parsed.body, { expectation: expectation.body, decoder, name });
  if (existsSync(`${base}.hcl.json`)) {
    const json = parseJsonConfig({ filename: name, bytes: readFileSync(`${base}.hcl.json`) });
    assert.deepEqual(json.diagnostics, [], name);
  }
}

interface Expected {
  readonly expectation: Body;
  readonly decoder: ReturnType<typeof parseHcl>;
  readonly name: string;
}

function assertContent(body: Body, { expectation, decoder, name }: Expected): void {
  const schema = schemaOf(decoder.body);
  const content = body.content(schema);
  assert.deepEqual(content.diagnostics, [], name);
  const wanted = expectation
    .content({ attributes: { result: {}, result_type: {} }, blocks: { traversals: {} } })
    .attributes.get("result");
  if (wanted === undefined || Object.keys(schema.attributes).length === 0) return;
  const values = Array.from(content.attributes.values(), (attribute) => [
    attribute.name,
    encodeValue(evaluate(attribute.expression, NOTHING).value),
  ]);
  const result = encodeValue(evaluate(wanted.expression, NOTHING).value);
  assert.deepEqual(Object.fromEntries(values), result, name);
}
