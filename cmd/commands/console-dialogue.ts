import type { Diagnostic } from "../../core/diagnostics/diagnostic.ts";
import { formatConsoleAnswer } from "../views/console-answer.ts";
import type { CommandContext } from "./command.ts";
import { answerText, CONSOLE_INPUT, type ConsoleSession, lineTooLong } from "./console-session.ts";
import { LONGEST_LINE } from "./input-lines.ts";
import { OpenExpression } from "./open-expression.ts";
import { diagnosticText } from "./tell.ts";

/** What a line came to. `open`: the expression goes on in the next line. */
export type LineOutcome = "answered" | "failed" | "open" | "exit";

const HELP = `Write an expression, such as upper("a"), var.region or server.orders.host, to see its value.
An open bracket or heredoc goes on in the next line. type(…) around an expression shows its type.
Nothing here changes the configuration, the catalog or a server. exit, or Ctrl-D, leaves.
`;

/** The console as people see it: values on stdout, problems with their source on stderr. */
export class ConsoleDialogue {
  readonly #session: ConsoleSession;
  readonly #context: CommandContext;
  readonly #open = new OpenExpression();

  constructor(session: ConsoleSession, context: CommandContext) {
    this.#session = session;
    this.#context = context;
  }

  /** Whether a further line is needed. */
  get isOpen(): boolean {
    return !this.#open.isEmpty;
  }

  take(line: string): LineOutcome {
    if (!this.isOpen) {
      const word = line.trim();
      if (word === "") return "answered";
      if (word === "exit") return "exit";
      if (word === "help") {
        this.#context.stdout(HELP);
        return "answered";
      }
    }
    if (this.#open.add(line)) return this.#answer(this.#open.take());
    if (this.#open.length <= LONGEST_LINE) return "open";
    this.clear();
    return this.tell([lineTooLong()]);
  }

  /** The input is over: what is still open is evaluated as it stands, which says what it lacks. */
  finish(): LineOutcome {
    return this.isOpen ? this.#answer(this.#open.take()) : "answered";
  }

  /** Forgets the lines of an expression that is not complete. */
  clear(): void {
    this.#open.take();
  }

  /** Tells problems; those of a line with its text. */
  tell(problems: readonly Diagnostic[], text = ""): "failed" {
    const { findSource } = this.#context;
    const context: CommandContext = {
      ...this.#context,
      findSource: (filename) =>
        filename === CONSOLE_INPUT
          ? { lines: text.split("\n"), contextAt: () => undefined }
          : findSource(filename),
    };
    for (const problem of problems) context.stderr(diagnosticText(problem, context));
    return "failed";
  }

  #answer(text: string): LineOutcome {
    const answer = answerText(text, this.#session);
    if (answer.kind === "failure") return this.tell(answer.problems, text);
    this.#context.stdout(formatConsoleAnswer(answer));
    return "answered";
  }
}
