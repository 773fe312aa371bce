import type { ConfigurationGraph } from "../../core/config/configuration.ts";
import type { Scope } from "../../core/language/scope.ts";
import type { Completion } from "./line-editor.ts";

const NAME = /[\p{ID_Start}_][\p{ID_Continue}.-]*$/u;
/** What the language itself defines. */
const BUILT_IN = [
  "holdfast.version",
  "path.cwd",
  "path.module",
  "path.root",
  "true",
  "false",
  "null",
];

/**
 * Completes the name at the end of a line: functions with their parenthesis, first names with their point
 * (`var.`, `server.`), and behind a point the names that the root module declares.
 */
export function completeName(
  line: string,
  { functions }: Pick<Scope, "functions">,
  { nodes }: ConfigurationGraph,
): Completion {
  const word = NAME.exec(line)?.[0] ?? "";
  const declared = nodes
    .filter(({ module, kind }) => module === "" && kind !== "output" && kind !== "check")
    .map(({ label }) => label);
  const names = [...BUILT_IN, ...declared];
  const calls = Array.from(functions?.keys() ?? [], (name) => `${name}(`);
  const next = new Set(names.map((name) => throughNextPoint(name, word)));
  const candidates = [...next, ...calls].filter((name) => name !== word && name.startsWith(word));
  return { word, candidates: candidates.toSorted() };
}

/** `var.region` for `var.`, and `var.` for `v`. */
function throughNextPoint(name: string, word: string): string {
  if (!name.startsWith(word)) return name;
  const point = name.indexOf(".", word.length);
  return point < 0 ? name : name.slice(0, point + 1);
}
