// The console on a terminal:
//   node --test test/end-to-end/console.slow.ts
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, test } from "node:test";
import { HOLDFAST } from "../support/holdfast-process.ts";
import { answerInTerminal, type Conversation, terminalSkip } from "../support/terminal.ts";

const CTRL_C = "\u0003";
const UP = "\u001b[A";

suite("the console on a terminal", { skip: terminalSkip() }, () => {
  async function talk(
    directory: string,
    answers: Conversation["answers"],
  ): Promise<{ readonly screen: string; readonly history: string }> {
    const environment = { XDG_STATE_HOME: directory };
    const screen = await answerInTerminal([HOLDFAST, "console"], {
      directory,
      environment,
      answers,
    });
    const history = await readFile(join(directory, "holdfast", "console-history"), "utf8");
    return { screen, history };
  }

  test("it answers, goes on over lines, forgets a line at Ctrl-C and remembers the others", async () => {
    const directory = await mkdtemp(join(tmpdir(), "holdfast-terminal-"));
    try {
      const { screen, history } = await talk(directory, [
        { question: "> ", answer: "40 + 2" },
        { question: "42\r\n", answer: "[1," },
        { question: ". ", answer: "5]" },
        { question: "  5,\r\n]\r\n", answer: `forgotten${CTRL_C}` },
        { question: "^C", answer: ' "not kept"' },
        { question: '\n"not kept"\r\n', answer: "nothing" },
        { question: "LANGUAGE_UNKNOWN_REFERENCE", answer: "exit" },
      ]);
      assert.doesNotMatch(screen, /named "forgotten"/);
      assert.equal(history, "40 + 2\n[1,\n5]\nnothing\nexit\n");
      const again = await talk(directory, [
        { question: "> ", answer: `${UP}${UP}${UP}${UP}${UP}` },
        { question: "42\r\n", answer: "exit" },
      ]);
      assert.match(again.history, /exit\n40 \+ 2\nexit\n$/);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
