import { DiagnosticError } from "../../core/diagnostics/diagnostic.ts";
import { formatHcl } from "../../core/language/format/format-hcl.ts";
import type { SourceTree } from "../../core/language/source-tree.ts";
import { sourceOfFile } from "../views/diagnostic-source.ts";
import { formatDiff } from "../views/unified-diff.ts";
import type { Command, CommandContext } from "./command.ts";
import { findSources } from "./find-sources.ts";
import { type Flags, usageError } from "./flags.ts";
import { diagnosticText, paintOf, tellDiagnostic } from "./tell.ts";

const STDIN = "-";

/** A file would change, and `-check` is on. */
const UNFORMATTED = 3;

export const command: Command = {
  name: "fmt",
  summary: "Bring configuration files into their canonical form",
  usage: "[PATH ...] [-check] [-diff] [-recursive] [-list=false] [-write=false]",
  description:
    'Lays out files *.hcl and *.hclvars, among them *.hcltest.hcl, as Terraform\'s formatter does, and prints the names of those that changed. A PATH is a file or a folder; without one it is this directory. "-" formats stdin to stdout. What a file means stays the same. A file with syntax errors is reported and left alone, the others are still formatted, and the exit code is 1. Files in JSON are not touched.',
  flags: [
    {
      name: "check",
      kind: "switch",
      description: "Change nothing; exit with 3 when a file would change.",
    },
    { name: "diff", kind: "switch", description: "Print what changes, as a unified diff." },
    { name: "recursive", kind: "switch", description: "Format the folders below a folder too." },
    {
      name: "list",
      kind: "switch",
      description: "Print the names of files that change [true]; with stdin never.",
    },
    {
      name: "write",
      kind: "switch",
      description:
        "Change the files [true]. With -write=false -list=false the formatted text goes to stdout.",
    },
  ],
  most: Number.POSITIVE_INFINITY,
  examples: [
    "holdfast fmt",
    "holdfast fmt -check -recursive",
    "holdfast fmt -diff -write=false main.hcl",
    "holdfast fmt -",
  ],
  async run(flags, context) {
    const paths = flags.positionals;
    if (!paths.includes(STDIN)) return formatFiles(flags, context);
    if (paths.length > 1) throw usageError('"-" stands for stdin, and no other path goes with it.');
    const bytes = Buffer.concat(await Array.fromAsync(context.input()));
    const outcome = formatBytes("<stdin>", bytes, context);
    if (outcome === undefined) return 1;
    if (flags.isOn("diff")) printDiff(outcome, context);
    else if (!flags.isOn("check")) context.stdout(outcome.text);
    return outcome.isChanged && flags.isOn("check") ? UNFORMATTED : 0;
  },
};

interface Outcome {
  readonly path: string;
  readonly before: string;
  readonly text: string;
  readonly isChanged: boolean;
}

/** What happens to a file. */
interface Mode {
  readonly writes: boolean;
  readonly lists: boolean;
  readonly diffs: boolean;
  /** The formatted text goes to stdout, also where it is the text before. */
  readonly prints: boolean;
}

function readMode(flags: Flags): Mode {
  const isCheck = flags.isOn("check");
  const lists = flags.isOn("list", true);
  const writes = flags.isOn("write", true) && !isCheck;
  const diffs = flags.isOn("diff");
  return { writes, lists, diffs, prints: !lists && !writes && !diffs && !isCheck };
}

async function formatFiles(flags: Flags, context: CommandContext): Promise<number> {
  const { signal } = context;
  const tree = await context.sourceTree();
  const paths = flags.positionals.length === 0 ? ["."] : flags.positionals;
  const depth = flags.isOn("recursive") ? Number.POSITIVE_INFINITY : 0;
  const mode = readMode(flags);
  const fates = new Set<Fate>();
  for (const path of await findSources(paths, tree, { depth, signal })) {
    signal.throwIfAborted();
    fates.add(await formatFile(path, mode, { tree, context }));
  }
  if (fates.has("failed")) return 1;
  return fates.has("changed") && flags.isOn("check") ? UNFORMATTED : 0;
}

type Fate = "same" | "changed" | "failed";

interface Surroundings {
  readonly tree: SourceTree;
  readonly context: CommandContext;
}

/** A file that fails is left alone, and why is told. */
async function formatFile(path: string, mode: Mode, world: Surroundings): Promise<Fate> {
  try {
    const outcome = formatBytes(path, await world.tree.read(path), world.context);
    if (outcome === undefined) return "failed";
    await carryOut(outcome, mode, world);
    return outcome.isChanged ? "changed" : "same";
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    tellDiagnostic(error.diagnostic, false, world.context);
    return "failed";
  }
}

async function carryOut(
  outcome: Outcome,
  { writes, lists, diffs, prints }: Mode,
  { tree, context }: Surroundings,
): Promise<void> {
  const { path, text, isChanged } = outcome;
  if (prints) context.stdout(text);
  if (!isChanged) return;
  if (writes) await tree.replace(path, Buffer.from(text));
  if (lists) context.stdout(`${path}\n`);
  if (diffs) printDiff(outcome, context);
}

/** Undefined where the file has syntax errors, which are told. */
function formatBytes(
  path: string,
  bytes: Uint8Array,
  context: CommandContext,
): Outcome | undefined {
  const { parsed, text } = formatHcl({ filename: path, bytes });
  if (text === undefined) {
    const shown = { ...context, findSource: () => sourceOfFile(parsed) };
    for (const each of parsed.diagnostics) context.stderr(diagnosticText(each, shown));
    return undefined;
  }
  const before = Buffer.from(bytes).toString();
  return { path, before, text, isChanged: before !== text };
}

function printDiff({ path, before, text }: Outcome, context: CommandContext): void {
  const names = { before: `old/${path}`, after: `new/${path}` };
  context.stdout(formatDiff(before, text, { names, paint: paintOf(context) }));
}
