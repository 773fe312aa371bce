import { RESOURCES } from "../../../schemas/blocks/resources.ts";
import type { SourceRange } from "../../diagnostics/source-range.ts";
import type { Attribute, Block, BlockLabel, BodySchema } from "../../language/body.ts";
import type { ParsedFile } from "../../language/parsed-file.ts";
import { formatPlace, problem, type Report } from "../report.ts";
import { foreignBlock } from "./foreign-names.ts";

/** A block with a name that is unique among its kind. */
export interface Declared {
  readonly name: string;
  readonly label: BlockLabel;
  readonly block: Block;
}

/** Everything that the files of a directory declare, not yet evaluated. */
export interface Declarations {
  readonly holdfast: Block | undefined;
  /** By type, then by name. */
  readonly resources: ReadonlyMap<string, ReadonlyMap<string, Declared>>;
  /** By `type.name`. */
  readonly data: ReadonlyMap<string, Declared & { readonly type: string }>;
  readonly variables: ReadonlyMap<string, Declared>;
  readonly outputs: ReadonlyMap<string, Declared>;
  readonly modules: ReadonlyMap<string, Declared>;
  readonly checks: ReadonlyMap<string, Declared>;
  readonly locals: ReadonlyMap<string, Attribute>;
  /** `moved`, `removed` and `import`, in the order of the files. */
  readonly nameless: readonly Block[];
  /** Resources whose block has another word for its type, as `type.name`: reported, and not missing. */
  readonly misspelt: ReadonlySet<string>;
}

const NAMED = { labels: ["name"] };

const ROOT_SCHEMA: BodySchema = {
  attributes: {},
  blocks: {
    holdfast: {},
    ...Object.fromEntries(Object.keys(RESOURCES).map((type) => [type, NAMED])),
    data: { labels: ["type", "name"] },
    variable: NAMED,
    locals: {},
    output: NAMED,
    module: NAMED,
    check: NAMED,
    moved: {},
    removed: {},
    import: {},
  },
  foreign: foreignBlock,
};

const NAME = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/** Reads the blocks of all files, in the order given, and reports what cannot be declared. */
export function collectDeclarations(files: readonly ParsedFile[], report: Report): Declarations {
  const collector = new Collector(report);
  for (const { body } of files) {
    const { blocks, diagnostics, meant } = body.content(ROOT_SCHEMA);
    report.add(...diagnostics);
    for (const { name, labels } of meant) collector.misspelt.add(`${name}.${labels.at(-1)}`);
    for (const block of blocks) collector.add(block);
  }
  return collector;
}

class Collector implements Declarations {
  holdfast: Block | undefined;
  readonly resources = new Map<string, Map<string, Declared>>();
  readonly data = new Map<string, Declared & { readonly type: string }>();
  readonly variables = new Map<string, Declared>();
  readonly outputs = new Map<string, Declared>();
  readonly modules = new Map<string, Declared>();
  readonly checks = new Map<string, Declared>();
  readonly locals = new Map<string, Attribute>();
  readonly nameless: Block[] = [];
  readonly misspelt = new Set<string>();
  readonly #report: Report;

  constructor(report: Report) {
    this.#report = report;
    for (const type of Object.keys(RESOURCES)) this.resources.set(type, new Map());
  }

  add(block: Block): void {
    switch (block.type) {
      case "holdfast":
        return this.#addHoldfast(block);
      case "locals":
        return this.#addLocals(block);
      case "variable":
        return this.#addNamed(this.variables, block);
      case "output":
        return this.#addNamed(this.outputs, block);
      case "data":
        return this.#addData(block);
      case "module":
        return this.#addNamed(this.modules, block);
      case "check":
        return this.#addNamed(this.checks, block);
      case "moved":
      case "removed":
      case "import":
        return void this.nameless.push(block);
      default:
        return this.#addResource(block);
    }
  }

  #addResource(block: Block): void {
    const siblings = this.resources.get(block.type);
    if (siblings !== undefined) this.#addNamed(siblings, block);
  }

  #addHoldfast(block: Block): void {
    if (this.holdfast === undefined) this.holdfast = block;
    else this.#secondHoldfast(block.headerRange, this.holdfast.headerRange);
  }

  #secondHoldfast(subject: SourceRange, first: SourceRange): void {
    const detail = `A holdfast block stands at ${formatPlace(subject)} and already at ${formatPlace(first)}. A configuration has one: put the settings of both into it.`;
    const summary = "Too many blocks of one type";
    this.#report.add(problem({ summary, detail, subject }, "CONFIG_DUPLICATE_NAME"));
  }

  #addLocals(block: Block): void {
    const { attributes, diagnostics } = block.body.attributes();
    this.#report.add(...diagnostics);
    for (const [name, attribute] of attributes) {
      const first = this.locals.get(name);
      if (first === undefined) this.locals.set(name, attribute);
      else this.#duplicate(`local value "${name}"`, attribute.nameRange, first.nameRange);
    }
  }

  #addNamed(siblings: Map<string, Declared>, block: Block): void {
    const declared = this.#declare(block, 0);
    if (declared === undefined) return;
    const first = siblings.get(declared.name);
    if (first === undefined) siblings.set(declared.name, declared);
    else {
      const what = `${block.type} "${declared.name}"`;
      this.#duplicate(what, block.headerRange, first.block.headerRange);
    }
  }

  #addData(block: Block): void {
    const declared = this.#declare(block, 1);
    const type = block.labels[0]?.text;
    if (declared === undefined || type === undefined) return;
    const key = `${type}.${declared.name}`;
    const first = this.data.get(key);
    if (first === undefined) this.data.set(key, { ...declared, type });
    else
      this.#duplicate(
        `data "${type}" "${declared.name}"`,
        block.headerRange,
        first.block.headerRange,
      );
  }

  #declare(block: Block, at: number): Declared | undefined {
    const label = block.labels[at];
    if (label === undefined) return undefined;
    if (NAME.test(label.text)) return { name: label.text, label, block };
    this.#report.add(
      problem({
        summary: "Invalid name",
        detail: `${JSON.stringify(label.text)} cannot be a name. A name starts with a letter or underscore and holds only letters, digits, underscores and dashes.`,
        subject: label.range,
        context: block.headerRange,
      }),
    );
    return undefined;
  }

  #duplicate(what: string, second: SourceRange, first: SourceRange): void {
    this.#report.add(
      problem(
        {
          summary: "Duplicate name",
          detail: `The ${what} stands at ${formatPlace(second)} and already at ${formatPlace(first)}. Rename or remove one of them.`,
          subject: second,
        },
        "CONFIG_DUPLICATE_NAME",
      ),
    );
  }
}
