import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { evaluate } from "../evaluation/evaluate.ts";
import type { Expression } from "../expression.ts";
import { parseTemplateText } from "../parse-hcl.ts";
import { references } from "../references.ts";
import { identifierContinue, identifierStart } from "../syntax/characters.ts";
import { marksWithin, withMarks } from "../values/marks.ts";
import { DYNAMIC_UNKNOWN, stringValue, type Value } from "../values/value.ts";
import { DYNAMIC } from "../values/value-type.ts";
import { readArgumentText } from "./file-path.ts";
import type { EagerFunction, FunctionDeclaration, FunctionFault } from "./function-declaration.ts";
import type { FunctionFiles } from "./function-environment.ts";
import { anyParameter, stringParameter, textOf } from "./parameter.ts";

/** Templates may render templates, which may render templates, so deep and no deeper. */
const DEEPEST = 64;

/** How many templates one call may render, the templates inside its templates included. */
const MOST = 10_000;

export interface TemplateOptions {
  readonly files: FunctionFiles;
  /** Asked when a template is rendered, since templates may call all functions. */
  readonly functions: () => ReadonlyMap<string, FunctionDeclaration>;
}

/** Functions that render templates. A template sees the variables it is given and no others. */
export function templateFunctions(options: TemplateOptions): readonly EagerFunction[] {
  return templatesAt({ depth: 0, rendering: undefined }, options);
}

/** How deep a call stands in templates, and what all calls below one call share. */
interface Level {
  readonly depth: number;
  /** Undefined outside of templates. */
  readonly rendering: Rendering | undefined;
}

/** Counts templates: one that renders itself twice would go on for ever, though no deeper than allowed. */
interface Rendering {
  left: number;
}

function templatesAt(level: Level, options: TemplateOptions): readonly EagerFunction[] {
  return [
    {
      kind: "eager",
      name: "templatefile",
      parameters: [
        { ...stringParameter("path"), allowsMarks: true },
        { ...anyParameter("vars"), allowsUnknown: true, allowsMarks: true },
      ],
      returns: DYNAMIC,
      call([path = stringValue(""), variables = DYNAMIC_UNKNOWN]) {
        const surroundings = surroundingsOf(level, options);
        if ("fault" in surroundings) return surroundings;
        const read = readArgumentText(options.files, path);
        if ("fault" in read) return read;
        const isHidden = path.marks.size > 0;
        const source = { filename: textOf(path), text: read.text, isHidden };
        const rendered = render(source, variables, surroundings);
        if ("fault" in rendered) return rendered;
        return withMarks(rendered, path.marks, marksWithin(variables));
      },
    },
    {
      kind: "eager",
      name: "templatestring",
      parameters: [
        { ...stringParameter("data"), allowsMarks: true },
        { ...anyParameter("vars"), allowsUnknown: true, allowsMarks: true },
      ],
      returns: DYNAMIC,
      call([template = stringValue(""), variables = DYNAMIC_UNKNOWN]) {
        const surroundings = surroundingsOf(level, options);
        if ("fault" in surroundings) return surroundings;
        const isHidden = template.marks.size > 0;
        const source = { filename: undefined, text: textOf(template), isHidden };
        const rendered = render(source, variables, surroundings);
        if ("fault" in rendered) return rendered;
        return withMarks(rendered, template.marks, variables.marks);
      },
    },
  ];
}

/** What a template is rendered in. */
interface Surroundings {
  readonly functions: ReadonlyMap<string, FunctionDeclaration>;
  readonly rendering: Readonly<Rendering>;
}

const ENDLESS: FunctionFault = {
  fault: `templates render templates more than ${DEEPEST} levels deep or ${MOST} times; one of them probably renders itself`,
};

function surroundingsOf(
  { depth, rendering = { left: MOST } }: Level,
  options: TemplateOptions,
): Surroundings | FunctionFault {
  if (depth > DEEPEST) rendering.left = 0;
  if (rendering.left === 0) return ENDLESS;
  rendering.left -= 1;
  const functions = new Map(options.functions());
  const level = { depth: depth + 1, rendering };
  for (const each of templatesAt(level, options)) functions.set(each.name, each);
  return { functions, rendering };
}

interface TemplateSource {
  /** Undefined: the template is an argument. */
  readonly filename: string | undefined;
  readonly text: string;
  /** Neither its name nor its text may be told. */
  readonly isHidden: boolean;
}

function render(
  source: TemplateSource,
  variables: Value,
  { functions, rendering }: Surroundings,
): Value | FunctionFault {
  if (variables.kind === "unknown") return DYNAMIC_UNKNOWN;
  if (variables.kind !== "mapping")
    return { fault: "invalid vars value: must be a map", argument: 1 };
  const { expression, diagnostics } = parseTemplateText({
    filename: source.filename ?? "<templatestring argument>",
    text: source.text,
  });
  const [syntax] = diagnostics;
  if (syntax !== undefined) return { fault: describe(syntax, diagnostics.length, source) };
  const problem = badName(variables.content) ?? missingName(expression, variables.content, source);
  if (problem !== undefined) return { fault: problem, argument: 1 };
  const result = evaluate(expression, { variables: variables.content, functions });
  const [first] = result.diagnostics;
  if (first !== undefined && rendering.left === 0) return ENDLESS;
  if (first !== undefined) return { fault: describe(first, result.diagnostics.length, source) };
  return result.value;
}

function badName(variables: ReadonlyMap<string, Value>): string | undefined {
  const name = variables.keys().find((each) => !isIdentifier(each));
  return name === undefined
    ? undefined
    : `invalid template variable name ${JSON.stringify(name)}: must start with a letter, followed by zero or more letters, digits, and underscores`;
}

function isIdentifier(name: string): boolean {
  let at = identifierStart(name, 0);
  if (at === 0) return false;
  while (at < name.length) {
    const length = identifierContinue(name, at);
    if (length === 0) return false;
    at += length;
  }
  return true;
}

function missingName(
  expression: Expression,
  variables: ReadonlyMap<string, Value>,
  { filename, isHidden }: TemplateSource,
): string | undefined {
  const missing = references(expression).find(({ root }) => !variables.has(root));
  if (missing === undefined) return undefined;
  if (isHidden) return "vars map does not contain a key that the template refers to";
  const where = filename === undefined ? "" : `, referenced at ${place(missing.rootRange)}`;
  return `vars map does not contain key ${JSON.stringify(missing.root)}${where}`;
}

/** The first of `count` problems, and where in the template it stands. */
function describe(
  { summary, detail, subject }: Diagnostic,
  count: number,
  { isHidden }: TemplateSource,
): string {
  if (isHidden)
    return `the template is secret, so only the kind of the problem is told: ${summary}`;
  const others = count > 1 ? `, and ${count - 1} other diagnostic(s)` : "";
  const text = `${summary}; ${detail.replace(/\.$/, "")}${others}`;
  return subject === undefined ? text : `${place(subject)}: ${text}`;
}

function place({ filename, start, end }: NonNullable<Diagnostic["subject"]>): string {
  const to = start.line === end.line ? `${end.column}` : `${end.line},${end.column}`;
  return `${filename}:${start.line},${start.column}-${to}`;
}
