import { hostname } from "node:os";

const LINEAGE = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g;

/** Replaces what differs from run to run by names that a script can use: `<folder>`, `<point-1>`, `<job-1>`. */
export class ScriptScrubber {
  readonly #folder: string;
  readonly #names = new Map<string, string>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  scrub(text: string): string {
    return text
      .replaceAll(this.#folder, "<folder>")
      .replaceAll(hostname(), "<host>")
      .replaceAll(LINEAGE, "<lineage>")
      .replaceAll(/\b[0-9a-f]{64}\b/g, "<digest>")
      .replaceAll(/\bjob-[0-9a-f]{12}\b/g, (id) => this.#nameOf(id, "job"))
      .replaceAll(/\bapply-[0-9a-f]{12}\b/g, (id) => this.#nameOf(id, "apply"))
      .replaceAll(/\b[0-9a-f]{32}\b/g, (id) => this.#nameOf(id.slice(0, 12), "point"))
      .replaceAll(/\b[0-9a-f]{12}\b/g, (id) => this.#nameOf(id, "point"))
      .replaceAll(/"milliseconds":\d+/g, '"milliseconds":<number>')
      .replaceAll(/\b(?:process|pid) \d+\b/g, (text_) => text_.replace(/\d+/, "<pid>"));
  }

  /** What the user types for a name: the id that it stands for. */
  expand(word: string): string {
    let result = word.replaceAll("<folder>", this.#folder);
    for (const [id, name] of this.#names) result = result.replaceAll(name, id);
    return result;
  }

  #nameOf(id: string, kind: string): string {
    const known = this.#names.get(id);
    if (known !== undefined) return known;
    const count = [...this.#names.values()].filter((name) => name.startsWith(`<${kind}-`)).length;
    const name = `<${kind}-${count + 1}>`;
    this.#names.set(id, name);
    return name;
  }
}
