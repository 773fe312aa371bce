/** A prompt on the terminal with line editing, history and completion by Tab. */
export interface LineEditor extends AsyncDisposable {
  /** Shows the prompt and gives what the user did. Rejects with an AbortError when the command is to end. */
  read(prompt: string): Promise<LineEvent>;
}

/** `cleared`: Ctrl-C, the line is gone. `end`: Ctrl-D, or the terminal went away. */
export type LineEvent =
  | { readonly kind: "line"; readonly text: string }
  | { readonly kind: "cleared" }
  | { readonly kind: "end" };

export interface LineEditorOptions {
  /** The history's file, in the user's folder for state: `console-history`. */
  readonly historyName: string;
  /** Whether a line goes into the history. */
  readonly isKept: (line: string) => boolean;
  /** What may stand where the line ends, given the line up to the cursor: whole words. */
  readonly complete: (line: string) => Completion;
  /** Told once when the history cannot be read or written: why, as a sentence. */
  readonly onHistoryFault: (fault: string) => void;
}

export interface Completion {
  /** The end of the line that the candidates replace. */
  readonly word: string;
  readonly candidates: readonly string[];
}
