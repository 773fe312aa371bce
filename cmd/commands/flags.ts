import { failure } from "../../core/diagnostics/diagnostic.ts";
import { didYouMean, suggestName } from "../../core/language/suggestion.ts";

/** How a flag takes its value: `optional` takes one only after `=`. */
export interface FlagSpec {
  readonly name: string;
  readonly kind: "switch" | "value" | "list" | "optional";
  /** What stands for the value in the help: `FILE`. */
  readonly placeholder?: string | undefined;
  readonly description: string;
}

/** Flags and arguments as typed, checked against the command's flags. */
export class Flags {
  readonly #values: ReadonlyMap<string, readonly string[]>;
  readonly positionals: readonly string[];

  constructor(values: ReadonlyMap<string, readonly string[]>, positionals: readonly string[]) {
    this.#values = values;
    this.positionals = positionals;
  }

  /** Whether a switch is on; `fallback` where it was not typed. */
  isOn(name: string, fallback = false): boolean {
    const text = this.value(name);
    return text === undefined ? fallback : text === "true";
  }

  /** The last value typed. */
  value(name: string): string | undefined {
    return this.#values.get(name)?.at(-1);
  }

  /** The value of a flag that the command cannot do without; `what` it names, in words. */
  required(name: string, what: string): string {
    const value = this.value(name);
    if (value === undefined) throw usageError(`-${name} is missing, ${what}.`);
    return value;
  }

  list(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  /** Every use of these flags in the order of the command line. */
  inOrder(names: readonly string[]): readonly { readonly name: string; readonly value: string }[] {
    return this.#order.filter(({ name }) => names.includes(name));
  }

  readonly #order: { name: string; value: string }[] = [];

  /** Remembers the order; used while parsing. */
  note(name: string, value: string): void {
    this.#order.push({ name, value });
  }
}

/** CLI_USAGE. `cmd/main.ts` adds the way to the help. */
export function usageError(detail: string): Error {
  return failure({ code: "CLI_USAGE", summary: "Wrong command line", detail });
}

/** CLI_USAGE for a command that is none of `names`. */
export function unknownCommand(name: string, names: readonly string[]): Error {
  if (/^--?chdir/.test(name))
    return usageError("-chdir needs its folder in the same word: holdfast -chdir=DIR COMMAND.");
  return usageError(`There is no command ${name}.${didYouMean(name, names)}`);
}

/** Refuses what a command has no use for, rather than pass over it. */
export function requireAtMost(most: number, { positionals }: Flags, command: string): void {
  const extra = positionals[most];
  if (extra === undefined) return;
  const takes = ["takes no argument", "takes one argument", "takes two arguments"][most];
  throw usageError(`${command} ${takes ?? `takes ${most} arguments`}; ${extra} is one too many.`);
}

/** Parses what follows the command's name. Flags take one dash or two, and may stand anywhere; `--` ends them. */
export function parseFlags(words: readonly string[], specs: readonly FlagSpec[]): Flags {
  const values = new Map<string, string[]>();
  const positionals: string[] = [];
  const flags = new Flags(values, positionals);
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === "--") {
      positionals.push(...rest.splice(0));
    } else if (word === "-" || !word.startsWith("-")) {
      positionals.push(word);
    } else {
      const { name, value } = readFlag(word, rest, specs);
      values.set(name, [...(values.get(name) ?? []), value]);
      flags.note(name, value);
    }
  }
  return flags;
}

function readFlag(
  word: string,
  rest: string[],
  specs: readonly FlagSpec[],
): { name: string; value: string } {
  const [, name = "", value] = /^--?([^=]+)(?:=([\s\S]*))?$/.exec(word) ?? [];
  const spec = specs.find((each) => each.name === name);
  if (spec === undefined) throw unknownFlag(word, specs);
  return { name, value: valueOf(spec, value, rest) };
}

function valueOf(spec: FlagSpec, value: string | undefined, rest: string[]): string {
  if (spec.kind === "switch") {
    if (value === undefined || value === "true" || value === "false") return value ?? "true";
    throw usageError(`-${spec.name} is a switch: write -${spec.name}, or -${spec.name}=false.`);
  }
  if (value !== undefined || spec.kind === "optional") return value ?? "";
  const next = rest.shift();
  if (next === undefined)
    throw usageError(`-${spec.name} needs a value: -${spec.name} ${spec.placeholder ?? "VALUE"}.`);
  return next;
}

function unknownFlag(word: string, specs: readonly FlagSpec[]): Error {
  const [, name = ""] = /^--?([^=]*)/.exec(word) ?? [];
  const names = specs.map((spec) => spec.name);
  const meant = suggestName(name, names);
  const known = names.map((each) => `-${each}`).join(", ");
  const takes = known === "" ? "It takes none." : `It takes: ${known}.`;
  const hint = meant === undefined ? takes : `Did you mean -${meant}?`;
  return usageError(`-${name} is not a flag of this command. ${hint}`);
}
