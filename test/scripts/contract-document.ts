/** What one command did. */
export interface RecordedStep {
  readonly words: readonly string[];
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Files by name: `+` for new, `~` for changed, `-` for gone. */
  readonly files: readonly string[];
  /** A sentence for the reader. */
  readonly note?: string | undefined;
}

export interface RecordedSection {
  readonly title: string;
  readonly text: string;
  readonly files: Readonly<Record<string, string>>;
  readonly steps: readonly RecordedStep[];
}

const HEAD = `# The contract, as it is kept

What each command of the main job prints and leaves. A test runs them all and compares this page with what they did; times, ids, ports, paths, sizes and durations are replaced by tokens, an id by the same token wherever it stands. Tables are aligned anew around the tokens, lines of
objects that are recorded at the same time are sorted, and a single JSON document, which a command prints on one line, is broken into lines here. To write this page anew:

    UPDATE_CONTRACT=1 node --test test/scripts/contract.test.ts
`;

export function formatContract(sections: readonly RecordedSection[]): string {
  return [HEAD, ...sections.map(formatSection)].join("\n");
}

function formatSection({ title, text, files, steps }: RecordedSection): string {
  const shown = Object.entries(files).map(
    ([name, content]) => `\`${name}\`:\n\n${fence(content, name.endsWith(".sql") ? "sql" : "hcl")}`,
  );
  return [`## ${title}\n`, `${text}\n`, ...shown, ...steps.map(formatStep)].join("\n");
}

function formatStep({ words, code, stdout, stderr, files, note }: RecordedStep): string {
  const left =
    files.length === 0
      ? "Changes no file."
      : `Files: ${files.map((file) => `\`${file}\``).join(", ")}.`;
  return [
    `### \`holdfast ${words.join(" ")}\`\n`,
    `Exit code ${code}. ${left}${note === undefined ? "" : ` ${note}`}\n`,
    formatStream("stdout", stdout),
    formatStream("stderr", stderr),
  ].join("\n");
}

function formatStream(name: string, text: string): string {
  if (text === "") return `${name}: nothing.\n`;
  return `${name}:\n\n${fence(text, text.startsWith("{") ? "json" : "text")}`;
}

/** One JSON document broken into lines; text and streams as they are. */
export function breakDocument(text: string): string {
  if (!text.startsWith("{")) return text;
  try {
    return `${JSON.stringify(JSON.parse(text), null, 2)}\n`;
  } catch {
    return text;
  }
}

function fence(text: string, language: string): string {
  return `\`\`\`${language}\n${text.trimEnd()}\n\`\`\`\n`;
}
