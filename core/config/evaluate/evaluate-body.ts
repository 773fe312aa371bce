import type { ArgumentSchema, NestedBlockSchema } from "../../../schemas/blocks/block-schema.ts";
import type { Json } from "../../kit/json.ts";
import type { Attribute } from "../../language/body.ts";
import { evaluate } from "../../language/evaluation/evaluate.ts";
import {
  DYNAMIC_UNKNOWN,
  nullValue,
  stringValue,
  unknownValue,
  type Value,
} from "../../language/values/value.ts";
import { valueOfJson } from "../../language/values/value-of-json.ts";
import { DYNAMIC } from "../../language/values/value-type.ts";
import type { AttributePath } from "../configuration.ts";
import type { BodyTree } from "../read/body-tree.ts";
import { formatPlace, hasErrors, type Located, problem } from "../report.ts";
import { checkGroups } from "./argument-groups.ts";
import { readArgument, typeOfArgument } from "./argument-value.ts";
import { absentValue } from "./default-values.ts";
import type { BlockReference, BodyContext, EvaluatedBody } from "./evaluated-body.ts";
import { type ExpandedBlock, expandBlocks } from "./expand-blocks.ts";
import { type Member, objectOfMembers } from "./members.ts";
import { isSensitive } from "./value-json.ts";
import { withValues } from "./with-values.ts";

/** Evaluates what stands between the braces of a block; defaults stand in for what is absent. */
export function evaluateBody(tree: BodyTree, context: BodyContext): EvaluatedBody {
  const reader = new BodyReader(context);
  const { arguments: own, blocks = {} } = tree.schema;
  for (const [name, schema] of Object.entries(own)) {
    const attribute = tree.attributes.get(name);
    if (attribute === undefined && tree.faulty.has(name)) reader.skip(name, schema);
    else reader.readArgument(name, schema, attribute);
  }
  const expanded = expandBlocks(tree.blocks, context);
  for (const [name, schema] of Object.entries(blocks)) {
    const found = expanded.filter(({ tree: { type } }) => type === name);
    reader.readNested({ name, schema, tree }, found);
  }
  const { missingRange, faulty } = tree;
  checkGroups(tree.schema, { body: reader, missingRange, faulty }, context.report);
  return reader;
}

interface NestedPlace {
  readonly name: string;
  readonly schema: NestedBlockSchema;
  /** The body that the block stands in. */
  readonly tree: BodyTree;
}

class BodyReader implements EvaluatedBody {
  readonly values: Record<string, Json> = {};
  readonly members = new Map<string, Member>();
  readonly sensitive: AttributePath[] = [];
  readonly ranges = new Map<string, Located>();
  readonly references: BlockReference[] = [];
  readonly defaulted = new Set<string>();
  isWhole = true;
  readonly #context: BodyContext;

  constructor(context: BodyContext) {
    this.#context = context;
  }

  readArgument(name: string, schema: ArgumentSchema, attribute: Attribute | undefined): void {
    if (attribute === undefined) {
      if (schema.required === true) this.#lack(name, unknownValue(typeOfArgument(schema)));
      else this.#takeDefault(name, schema);
      return;
    }
    const { scope, report, checkers } = this.#context;
    const { value, diagnostics } = evaluate(attribute.expression, scope);
    this.ranges.set(name, attribute);
    report.add(...diagnostics);
    if (hasErrors(diagnostics)) return this.#lack(name, unknownValue(typeOfArgument(schema)));
    const outcome = readArgument(value, { schema, attribute, checkers });
    report.add(...withValues(outcome.diagnostics, attribute.expression, scope));
    if (outcome.json === undefined) return this.#lack(name, outcome.value);
    if (outcome.json === null) return this.#readNull(name, schema, attribute);
    this.values[name] = outcome.json;
    this.members.set(name, outcome.value);
    if (isSensitive(value)) this.sensitive.push([name]);
    if (schema.type === "reference" && typeof outcome.json === "string") {
      this.references.push({ text: outcome.json, schema, attribute });
    }
  }

  /** An argument that was reported already, under another name. */
  skip(name: string, schema: ArgumentSchema): void {
    this.#lack(name, unknownValue(typeOfArgument(schema)));
  }

  #lack(name: string, value: Value): void {
    this.isWhole = false;
    this.members.set(name, value);
  }

  #readNull(name: string, schema: ArgumentSchema, attribute: Attribute): void {
    if (schema.required !== true) return this.#takeDefault(name, schema);
    this.#lack(name, unknownValue(typeOfArgument(schema)));
    this.#context.report.add(
      problem(
        {
          summary: "Missing required argument",
          detail: `The argument "${name}" is required, and its value is null.`,
          subject: attribute.expression.range,
          context: attribute.range,
        },
        "CONFIG_MISSING_ARGUMENT",
      ),
    );
  }

  #takeDefault(name: string, schema: ArgumentSchema): void {
    const json = schema.default ?? null;
    this.values[name] = json;
    this.members.set(name, () =>
      json === null ? nullValue(typeOfArgument(schema)) : valueOfJson(json),
    );
    this.defaulted.add(name);
  }

  readNested(place: NestedPlace, found: readonly ExpandedBlock[]): void {
    const { name, schema } = place;
    const [block, second] = found;
    if (block === undefined) return this.#readAbsent(place);
    if (second?.isCertain === true && block.isCertain) this.#refuseSecond(name, block, second);
    const { tree, scope, isCertain } = block;
    this.ranges.set(name, tree);
    const inner = evaluateBody(tree.body, { ...this.#context, scope });
    if (!isCertain) return this.#lack(name, DYNAMIC_UNKNOWN);
    const kind = schema.variants === undefined ? undefined : (tree.label ?? "");
    this.values[name] = { ...(kind !== undefined && { type: kind }), ...inner.values };
    this.members.set(name, () =>
      objectOfMembers(
        kind === undefined
          ? inner.members
          : new Map([...inner.members, ["type", stringValue(kind)]]),
      ),
    );
    if (!inner.isWhole) this.isWhole = false;
    this.sensitive.push(...inner.sensitive.map((path) => [name, ...path]));
    this.references.push(...inner.references);
    for (const [path, range] of inner.ranges) this.ranges.set(`${name}.${path}`, range);
  }

  #readAbsent({ name, schema, tree }: NestedPlace): void {
    if (tree.faulty.has(name)) return this.#lack(name, DYNAMIC_UNKNOWN);
    if (schema.required !== true) {
      const json = absentValue(schema);
      this.values[name] = json;
      this.members.set(name, () => (json === null ? nullValue(DYNAMIC) : valueOfJson(json)));
      return;
    }
    this.#lack(name, DYNAMIC_UNKNOWN);
    this.#context.report.add(
      problem(
        {
          summary: "Missing required block",
          detail: `A block of type "${name}" is required here, but none was found.`,
          subject: tree.missingRange,
        },
        "CONFIG_MISSING_ARGUMENT",
      ),
    );
  }

  #refuseSecond(name: string, first: ExpandedBlock, second: ExpandedBlock): void {
    const place = formatPlace(first.tree.range);
    const detail = `At most one block of type "${name}" may stand here. The first is at ${place}.`;
    const subject = second.tree.range;
    this.isWhole = false;
    this.#context.report.add(
      problem({ summary: "Too many blocks of one type", detail, subject }, "CONFIG_DUPLICATE_NAME"),
    );
  }
}
