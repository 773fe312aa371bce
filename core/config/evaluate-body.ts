import type {
  ArgumentSchema,
  BodySchema,
  NestedBlockSchema,
} from "../../schemas/blocks/block-schema.ts";
import type { SourceRange } from "../diagnostics/source-range.ts";
import type { Json, JsonObject } from "../kit/json.ts";
import type { Attribute, Block, Body, BodyContent } from "../language/body.ts";
import { evaluate } from "../language/evaluation/evaluate.ts";
import type { Scope } from "../language/scope.ts";
import { didYouMean } from "../language/suggestion.ts";
import { readArgument } from "./argument-value.ts";
import type { AttributePath } from "./configuration.ts";
import { toLanguageSchema } from "./language-schema.ts";
import { problem, type Report } from "./report.ts";
import type { TextCheckers } from "./text-checks.ts";
import { isSensitive } from "./value-json.ts";

/** What a body is evaluated with. */
export interface BodyContext {
  readonly scope: Scope;
  readonly checkers: TextCheckers;
  readonly isDeclared: (address: string) => boolean;
  readonly report: Report;
}

/** A body with its values, and where they stand. */
export interface EvaluatedBody {
  /** Every name of the schema, but for those whose value is at fault. */
  readonly values: JsonObject;
  readonly sensitive: readonly AttributePath[];
  /** Where an argument or nested block is set, by path joined with dots. */
  readonly ranges: ReadonlyMap<string, SourceRange>;
  /** Arguments of the body itself that took their default. */
  readonly defaulted: ReadonlySet<string>;
  /** Addresses in arguments that are references. */
  readonly references: readonly string[];
}

/** Evaluates what stands between the braces of a block; defaults stand in for what is absent. */
export function evaluateBody(body: Body, schema: BodySchema, context: BodyContext): EvaluatedBody {
  const content = body.content(toLanguageSchema(schema));
  context.report.add(...content.diagnostics);
  return evaluateContent({ content, missingRange: body.missingRange }, schema, context);
}

interface FoundContent {
  readonly content: BodyContent;
  readonly missingRange: SourceRange;
}

/** As `evaluateBody` for a body whose content was read. */
export function evaluateContent(
  { content, missingRange }: FoundContent,
  schema: BodySchema,
  context: BodyContext,
): EvaluatedBody {
  const reader = new BodyReader(context);
  for (const [name, argument] of Object.entries(schema.arguments)) {
    reader.readArgument(name, argument, content.attributes.get(name));
  }
  for (const [name, nested] of Object.entries(schema.blocks ?? {})) {
    reader.readNested(
      name,
      nested,
      content.blocks.find(({ type }) => type === name),
    );
  }
  for (const block of content.blocks) if (block.type === "dynamic") reader.refuseDynamic(block);
  reader.checkGroups(schema, missingRange);
  return reader;
}

class BodyReader implements EvaluatedBody {
  readonly values: Record<string, Json> = {};
  readonly sensitive: AttributePath[] = [];
  readonly ranges = new Map<string, SourceRange>();
  readonly references: string[] = [];
  readonly defaulted = new Set<string>();
  readonly #context: BodyContext;

  constructor(context: BodyContext) {
    this.#context = context;
  }

  readArgument(name: string, schema: ArgumentSchema, attribute: Attribute | undefined): void {
    if (attribute === undefined) {
      if (schema.required !== true) this.#takeDefault(name, schema);
      return;
    }
    const { scope, report, checkers, isDeclared } = this.#context;
    const { value, diagnostics } = evaluate(attribute.expression, scope);
    this.ranges.set(name, attribute.range);
    report.add(...diagnostics);
    if (diagnostics.some(({ severity }) => severity === "error")) return;
    const outcome = readArgument(value, { schema, attribute, checkers, isDeclared });
    report.add(...outcome.diagnostics);
    if (outcome.value === undefined) return;
    if (outcome.value === null) return this.#readNull(name, schema, attribute);
    this.values[name] = outcome.value;
    if (isSensitive(value)) this.sensitive.push([name]);
    if (schema.type === "reference") this.references.push(outcome.value as string);
  }

  #readNull(name: string, schema: ArgumentSchema, attribute: Attribute): void {
    if (schema.required !== true) return this.#takeDefault(name, schema);
    this.#context.report.add(
      problem(
        {
          summary: "Missing argument",
          detail: `The argument "${name}" is required, and its value is null.`,
          subject: attribute.expression.range,
          context: attribute.range,
        },
        "CONFIG_MISSING_ARGUMENT",
      ),
    );
  }

  #takeDefault(name: string, schema: ArgumentSchema): void {
    this.values[name] = schema.default ?? null;
    this.defaulted.add(name);
  }

  readNested(name: string, schema: NestedBlockSchema, block: Block | undefined): void {
    if (block === undefined) {
      if (schema.required !== true) this.values[name] = absentValue(schema);
      return;
    }
    this.ranges.set(name, block.headerRange);
    const body = this.#bodyOf(schema, block);
    if (body === undefined) return;
    const inner = evaluateBody(block.body, body, this.#context);
    const type = schema.variants === undefined ? {} : { type: block.labels[0]?.text ?? "" };
    this.values[name] = { ...type, ...inner.values };
    this.sensitive.push(...inner.sensitive.map((path) => [name, ...path]));
    this.references.push(...inner.references);
    for (const [path, range] of inner.ranges) this.ranges.set(`${name}.${path}`, range);
  }

  #bodyOf(schema: NestedBlockSchema, block: Block): BodySchema | undefined {
    if (schema.variants === undefined) return schema.body;
    const [label] = block.labels;
    const body = Object.entries(schema.variants).find(([name]) => name === label?.text)?.[1];
    if (body !== undefined || label === undefined) return body;
    const names = Object.keys(schema.variants);
    this.#context.report.add(
      problem({
        summary: "Unknown kind of block",
        detail: `A ${block.type} block is of kind ${names.map((name) => JSON.stringify(name)).join(" or ")}, not ${JSON.stringify(label.text)}.${didYouMean(label.text, names)}`,
        subject: label.range,
        context: block.headerRange,
      }),
    );
    return undefined;
  }

  refuseDynamic(block: Block): void {
    this.#context.report.add(
      problem(
        {
          summary: "Block not available yet",
          detail:
            "dynamic blocks belong to a later version of Holdfast. Write the nested block out.",
          subject: block.headerRange,
        },
        "CONFIG_NOT_SUPPORTED",
      ),
    );
  }

  checkGroups(schema: BodySchema, missingRange: SourceRange): void {
    for (const group of schema.exactlyOne ?? []) this.#checkGroup(group, 1, missingRange);
    for (const group of schema.atMostOne ?? []) this.#checkGroup(group, 0, missingRange);
  }

  #checkGroup(group: readonly string[], least: number, missingRange: SourceRange): void {
    // One that is at fault counts as set: its own problem is reported already.
    const set = group.filter((name) => this.ranges.has(name) && this.values[name] !== null);
    const list = group.map((name) => `"${name}"`).join(", ");
    const { report } = this.#context;
    if (set.length < least) {
      const detail = `One of the arguments ${list} is required here.`;
      report.add(
        problem(
          { summary: "Missing argument", detail, subject: missingRange },
          "CONFIG_MISSING_ARGUMENT",
        ),
      );
    }
    const subject = this.ranges.get(set[1] ?? "");
    if (subject !== undefined) {
      const detail = `Only one of the arguments ${list} may be set, and here are ${set.map((name) => `"${name}"`).join(" and ")}.`;
      report.add(problem({ summary: "Arguments exclude each other", detail, subject }));
    }
  }
}

/** What an absent block means, by its schema. */
function absentValue(schema: NestedBlockSchema): Json {
  if (schema.absent === "null") return null;
  if (schema.variants === undefined) return defaultsOf(schema.body);
  const label = schema.defaultVariant ?? "";
  const body = schema.variants[label];
  return body === undefined ? null : { type: label, ...defaultsOf(body) };
}

function defaultsOf(schema: BodySchema): JsonObject {
  const own = Object.entries(schema.arguments).map(([name, argument]) => [
    name,
    argument.default ?? null,
  ]);
  const nested = Object.entries(schema.blocks ?? {}).map(([name, block]) => [
    name,
    absentValue(block),
  ]);
  return Object.fromEntries([...own, ...nested]) as JsonObject;
}
