import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import type { LineEditor, LineEditorOptions, LineEvent } from "../commands/line-editor.ts";
import { type LineHistory, openLineHistory } from "./line-history.ts";
import { stateFolder } from "./state-folder.ts";

const MOST_LINES = 1000;

/** Opens a line editor on the terminal of this process. */
export function openLineEditor(options: LineEditorOptions, signal: AbortSignal): LineEditor {
  const { historyName, isKept, complete, onHistoryFault } = options;
  const history = openLineHistory(join(stateFolder(), historyName), onHistoryFault);
  const lines = createInterface({
    input: process.stdin,
    output: process.stdout,
    terminal: true,
    history: [...history.lines],
    historySize: MOST_LINES,
    removeHistoryDuplicates: true,
    completer: (line: string) => {
      const { word, candidates } = complete(line);
      return [candidates, word];
    },
  });
  return new TerminalEditor(lines, { history, isKept, signal });
}

interface EditorParts {
  readonly history: LineHistory;
  readonly isKept: (line: string) => boolean;
  readonly signal: AbortSignal;
}

/** Lines that are typed or pasted before they are asked for wait here. */
class TerminalEditor implements LineEditor {
  readonly #lines: Interface;
  readonly #parts: EditorParts;
  readonly #events: LineEvent[] = [];
  #isClosed = false;
  #wake: () => void = () => undefined;

  constructor(lines: Interface, parts: EditorParts) {
    this.#lines = lines;
    this.#parts = parts;
    const wake = () => this.#wake();
    lines.on("line", (text) => this.#push({ kind: "line", text }));
    lines.on("SIGINT", () => this.#clear());
    lines.on("close", () => {
      this.#isClosed = true;
      wake();
    });
    parts.signal.addEventListener("abort", wake);
  }

  async read(prompt: string): Promise<LineEvent> {
    const { signal, history, isKept } = this.#parts;
    this.#lines.setPrompt(prompt);
    if (!this.#isClosed && this.#events.length === 0) this.#lines.prompt();
    for (;;) {
      signal.throwIfAborted();
      const event = this.#events.shift();
      if (event?.kind === "line" && isKept(event.text)) history.add(event.text);
      if (event !== undefined) return event;
      if (this.#isClosed) return { kind: "end" };
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#lines.close();
    return Promise.resolve();
  }

  #push(event: LineEvent): void {
    this.#events.push(event);
    this.#wake();
  }

  /** Empties the line that is being typed, wherever its cursor stands. */
  #clear(): void {
    this.#lines.write(null, { ctrl: true, name: "e" });
    this.#lines.write(null, { ctrl: true, name: "u" });
    process.stdout.write("^C\n");
    this.#push({ kind: "cleared" });
  }
}
