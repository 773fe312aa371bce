import fc from "fast-check";
import type { Json, JsonObject } from "../../core/kit/json.ts";

/** Operators by how tightly they bind, the loosest first. */
const LEVELS: readonly (readonly string[])[] = [
  ["||"],
  ["&&"],
  ["==", "!="],
  [">", ">=", "<", "<="],
  ["+", "-"],
  ["*", "/", "%"],
];

type Tree = JsonObject;

const name = fc.constantFrom("a", "b1", "long_name", "with-dash", "größe");
const texts = fc.constantFrom(
  "x",
  "two words",
  ' "quoted" ',
  "back\\slash",
  "é 👾",
  "tab\t#",
  "$",
  "%",
);
const text = texts.map((content): Json => content);

const literal: fc.Arbitrary<Tree> = fc
  .oneof(fc.nat(3000), fc.constantFrom(0.5, 12.25), fc.boolean(), fc.constant(null), text)
  .map((value) => ({ kind: "literal", value }));

const step = fc.oneof(
  name.map((key): Tree => ({ kind: "attribute", key })),
  fc.oneof(fc.nat(20), text).map((key): Tree => ({ kind: "index", key })),
);

const traversal: fc.Arbitrary<Tree> = fc
  .tuple(name, fc.array(step, { maxLength: 3 }))
  .map(([root, steps]) => ({ kind: "traversal", root, steps }));

function word(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

function levelOf({ kind, operator }: Tree): number {
  if (kind === "conditional") return -1;
  return kind === "binary" ? LEVELS.findIndex((level) => level.includes(word(operator))) : 9;
}

/** Puts parentheses around what would bind less tightly than `level`. */
function bound(tree: Tree, level: number): Tree {
  return levelOf(tree) < level ? { kind: "parentheses", inner: tree } : tree;
}

function binary(operator: string, left: Tree, right: Tree): Tree {
  const level = levelOf({ kind: "binary", operator });
  return { kind: "binary", operator, left: bound(left, level), right: bound(right, level + 1) };
}

function forTree(parts: readonly [Tree, Tree, Tree, Tree | undefined], groups: boolean): Tree {
  const [collection, value, key, condition] = parts;
  const rest = condition === undefined ? {} : { condition };
  const names = { keyName: "k", valueName: "v" };
  return { kind: "for", ...names, collection, key, value, ...rest, groups };
}

function isText({ kind, value }: Tree): boolean {
  return kind === "literal" && typeof value === "string";
}

function template(parts: readonly (readonly [string, Tree])[]): Tree {
  const pieces = parts.flatMap(([before, tree]) => [
    { kind: "literal", value: before },
    isText(tree) ? { kind: "parentheses", inner: tree } : tree,
  ]);
  return { kind: "template", parts: pieces };
}

/** Trees of expressions as the parser makes them, without places. */
export const randomTree: fc.Arbitrary<Tree> = fc.letrec<{ readonly tree: Tree }>((tie) => {
  const tree = tie("tree");
  const few = fc.array(tree, { maxLength: 3 });
  const operator = fc.constantFrom(...LEVELS.flat());
  const item = fc
    .tuple(name, tree)
    .map(([key, value]): Tree => ({ key: { kind: "literal", value: key }, value }));
  const part = fc.tuple(fc.constantFrom("x ", "é, "), tree);
  return {
    tree: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      literal,
      traversal,
      fc.tuple(operator, tree, tree).map(([sign, left, right]) => binary(sign, left, right)),
      fc
        .tuple(fc.constantFrom("-", "!"), tree)
        .map(([sign, inner]) => ({ kind: "unary", operator: sign, operand: bound(inner, 6) })),
      fc.tuple(tree, tree, tree).map(([condition, whenTrue, whenFalse]) => ({
        kind: "conditional",
        condition: bound(condition, 0),
        whenTrue,
        whenFalse,
      })),
      few.map((elements) => ({ kind: "tuple", elements })),
      fc.array(item, { maxLength: 3 }).map((items) => ({ kind: "object", items })),
      fc.tuple(fc.constantFrom("f", "ns::f"), few, fc.boolean()).map(([called, args, expands]) => ({
        kind: "call",
        name: called,
        args,
        expandsLast: expands && args.length > 0,
      })),
      fc
        .tuple(fc.tuple(tree, tree, tree, fc.option(tree, { nil: undefined })), fc.boolean())
        .map(([parts, groups]) => forTree(parts, groups)),
      fc.array(part, { minLength: 1, maxLength: 2 }).map(template),
      tree.map((inner) => ({ kind: "wrap", inner })),
    ),
  };
}).tree;

function quote(content: string): string {
  return JSON.stringify(content);
}

function inner(tree: Tree, field: string): string {
  return printTree(tree[field] as Tree);
}

function list(tree: Tree, field: string): readonly string[] {
  return (tree[field] as readonly Tree[]).map(printTree);
}

function printValue(value: Json | undefined): string {
  return typeof value === "string" ? quote(value) : JSON.stringify(value);
}

function printStep({ kind, key }: Tree): string {
  return kind === "attribute" ? `.${word(key)}` : `[${printValue(key)}]`;
}

function printPart(part: Tree): string {
  return isText(part) ? quote(word(part["value"])).slice(1, -1) : `\${${printTree(part)}}`;
}

type Print = (tree: Tree) => string;

const PRINTERS: Readonly<Record<string, Print>> = {
  literal: ({ value }) => printValue(value),
  traversal: ({ root, steps }) => word(root) + (steps as readonly Tree[]).map(printStep).join(""),
  binary: (tree) => `${inner(tree, "left")} ${word(tree["operator"])} ${inner(tree, "right")}`,
  unary: (tree) => word(tree["operator"]) + inner(tree, "operand"),
  conditional: (tree) =>
    `${inner(tree, "condition")} ? ${inner(tree, "whenTrue")} : ${inner(tree, "whenFalse")}`,
  parentheses: (tree) => `(${inner(tree, "inner")})`,
  tuple: (tree) => `[${list(tree, "elements").join(", ")}]`,
  object: ({ items }) =>
    `{${(items as readonly Tree[]).map((item) => `${word((item["key"] as Tree)["value"])} = ${inner(item, "value")}`).join(", ")}}`,
  call: (tree) =>
    `${word(tree["name"])}(${list(tree, "args").join(", ")}${tree["expandsLast"] === true ? "..." : ""})`,
  for: (tree) => {
    const filter = tree["condition"] === undefined ? "" : ` if ${inner(tree, "condition")}`;
    const head = `for k, v in ${inner(tree, "collection")} : ${inner(tree, "key")}`;
    return `{${head} => ${inner(tree, "value")}${tree["groups"] === true ? "..." : ""}${filter}}`;
  },
  template: ({ parts }) => `"${(parts as readonly Tree[]).map(printPart).join("")}"`,
  wrap: (tree) => `"\${${inner(tree, "inner")}}"`,
};

/** The text of a tree, on one line. */
export function printTree(tree: Tree): string {
  const print = PRINTERS[word(tree["kind"])];
  if (print === undefined) throw new TypeError(`no printer for ${word(tree["kind"])}`);
  return print(tree);
}
