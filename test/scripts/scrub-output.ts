import { hostname } from "node:os";

const LINEAGE = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z| UTC| ?[+-]\d\d:\d\d)/g, "<time>"],
  [/\(UTC\)|\([+-]\d\d:\d\d\)/g, "(<zone>)"],
  [/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, "<time>"],
  [/\b20\d\d-\d\d-\d\d\b/g, "<date>"],
  [/\blocal-[\w.-]+-\d+\b/g, "<worker>"],
  [/[\w.-]+@<host>|(?<="made_by":\s*")[^"]+|(?<=Made by )\S+@\S+/g, "<who>"],
  [/"(digest|sha256)":(\s*)"[0-9a-f]{64}"/g, '"$1":$2"<digest>"'],
  [/process \d+ on [\w.-]+/g, "process <pid> on <host>"],
  [/"(bytes_\w+|estimated_bytes|bytes|milliseconds|pid|ratio)":( ?)[\d.]+/g, '"$1":$2<number>'],
  [/(?<!["\w.])\d+(?:\.\d)? (?:B|KiB|MiB)\b/g, "<bytes>"],
  [/(?<!["\w.-])\d+(?:ms|s|m \d+s)(?!\w)/g, "<duration>"],
];

/** Replaces times, ids, ports, paths, sizes and durations by tokens. An id gets the same number wherever it stands. */
export class Scrubber {
  readonly #texts = new Map<string, string>();
  readonly #ids = new Map<string, string>();

  /** From now on `text` is written as `token`. */
  learn(text: string, token: string): void {
    this.#texts.set(text, token);
  }

  scrub(text: string): string {
    let result = text;
    for (const [known, token] of this.#texts) result = result.replaceAll(known, token);
    result = result.replaceAll(LINEAGE, "<lineage>").replaceAll(`"${hostname()}"`, '"<host>"');
    result = result.replaceAll(/\bjob-[0-9a-f]{12}\b/g, (id) => this.#name(id, "job"));
    result = result.replaceAll(/\b[0-9a-f]{32}\b/g, (id) => this.#name(id.slice(0, 12), "point"));
    result = result.replaceAll(/\b[0-9a-f]{12}\b/g, (id) => this.#ids.get(id) ?? "<id>");
    for (const [pattern, token] of PATTERNS) result = result.replaceAll(pattern, token);
    return alignTables(sortTables(sortObjects(result)));
  }

  /** `packs/<xx>/<id>`: only points keep their number. */
  scrubFile(name: string): string {
    if (name.startsWith("vault/points/")) return this.scrub(name);
    return name
      .replace(/\/[0-9a-f]{2}\/[0-9a-f]{32}$/, "/<xx>/<id>")
      .replace(/[0-9a-f]{32}$/, "<id>");
  }

  #name(id: string, kind: string): string {
    const known = this.#ids.get(id);
    if (known !== undefined) return known;
    const count = [...this.#ids.values()].filter((name) => name.startsWith(`<${kind}-`)).length;
    const name = `<${kind}-${count + 1}>`;
    this.#ids.set(id, name);
    return name;
  }
}

const OBJECT_LINE =
  /^(?:\S+: (?:created|changed|replaced|removed from the catalog)|\{"type":"resource_(?:started|finished)".*)$/;

/** Objects that do not depend on each other are recorded at the same time, so their lines come in any order. */
function sortObjects(text: string): string {
  const lines = text.split("\n");
  const places = lines.flatMap((line, at) => (OBJECT_LINE.test(line) ? [at] : []));
  const keyOf = (line: string) =>
    `${/"address":"([^"]+)/.exec(line)?.[1] ?? line} ${line.includes("finished")}`;
  const sorted = places.map((at) => lines[at] ?? "").sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  for (const [index, at] of places.entries()) lines[at] = sorted[index] ?? "";
  return lines.join("\n");
}

const TABLE_LINE = /^\{"type":"table_.*"table":"([^"]+)"/;

/** Tables are loaded two at a time, so that the lines of one stand anywhere among those of the other, and so do the sums. */
function sortTables(text: string): string {
  const lines = text.split("\n");
  const places = lines.flatMap((line, at) => (TABLE_LINE.test(line) ? [at] : []));
  const tableOf = (line: string) => TABLE_LINE.exec(line)?.[1] ?? "";
  const sorted = places
    .map((at) => (lines[at] ?? "").replace(/"totals":\{"rows":\d+/, '"totals":{"rows":<number>'))
    .sort((a, b) => (tableOf(a) < tableOf(b) ? -1 : tableOf(a) > tableOf(b) ? 1 : 0));
  for (const [index, at] of places.entries()) lines[at] = sorted[index] ?? "";
  return lines.join("\n");
}

const TABLE_HEAD = /^ *[A-Z]+(?: [A-Z]+)*(?: {2,}[A-Z]+(?: [A-Z]+| \(<?[\w:+-]+>?\))*)+$/;

/** Tokens are longer or shorter than what they stand for, so the columns of tables are aligned anew. */
function alignTables(text: string): string {
  const lines = text.split("\n");
  const result: string[] = [];
  for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
    if (!TABLE_HEAD.test(line)) {
      result.push(line);
      continue;
    }
    const rows = [line];
    while (lines.length > 0 && lines[0] !== "") rows.push(lines.shift() ?? "");
    result.push(...align(rows));
  }
  return result.join("\n");
}

function align(rows: readonly string[]): readonly string[] {
  const indent = " ".repeat(rows[0]?.search(/\S/) ?? 0);
  const cells = rows.map((row) => row.trim().split(/ {2,}/));
  const widths = cells[0]?.map((_, column) =>
    Math.max(...cells.map((row) => (row[column] ?? "").length)),
  );
  return cells.map((row) => {
    const padded = row.map((cell, column) => cell.padEnd(widths?.[column] ?? 0));
    return (indent + padded.join("  ")).trimEnd();
  });
}
