// A folder of its own for everything that a run makes, the children that it starts, and their end: at the last step, on a failure,
// on Ctrl-C. Children take temporary files from within the folder, so that nothing stays elsewhere even when one of them is killed.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/** What a child has to end after it was asked to, before it is killed. */
const PATIENCE_MS = 5000;

export class Interrupted extends Error {
  constructor(signal) {
    super(`Interrupted by ${signal}.`);
  }
}

export class CommandFailed extends Error {
  constructor(words, code, signal) {
    super(`${words} ended with ${code === null ? signal : `exit code ${code}`}.`);
  }
}

export class Surroundings {
  #foreground = new Set();
  #background = new Set();
  #interruption = Promise.withResolvers();
  #signal;
  #onSignal = (signal) => this.#interrupt(signal);
  #onExit = () => this.#endAtOnce();

  constructor(root) {
    this.root = root;
    this.folder = mkdtempSync(join(tmpdir(), "holdfast-quickstart-"));
    this.project = join(this.folder, "shop");
    const temporary = join(this.folder, "tmp");
    mkdirSync(this.project);
    mkdirSync(temporary);
    const bin = join(root, "node_modules", ".bin");
    this.environment = {
      ...process.env,
      PATH: `${bin}${delimiter}${process.env.PATH ?? ""}`,
      TMPDIR: temporary,
      TMP: temporary,
      TEMP: temporary,
    };
    this.#interruption.promise.catch(() => {});
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, this.#onSignal);
    process.stdout.on("error", () => this.#interrupt("SIGPIPE"));
    process.on("exit", this.#onExit);
  }

  /** Rejects as soon as the run is interrupted. */
  get interruption() {
    return this.#interruption.promise;
  }

  /** Starts `holdfast` with the words. In the background it is in a process group of its own: Ctrl-C must not take it from under a command. */
  start(words, { stdio = "inherit", isInBackground = false } = {}) {
    this.#throwIfInterrupted();
    const isWindows = process.platform === "win32";
    const child = spawn(isWindows ? "holdfast.cmd" : "holdfast", words, {
      cwd: this.project,
      env: this.environment,
      stdio,
      detached: isInBackground && !isWindows,
      shell: isWindows,
      windowsHide: true,
    });
    const children = isInBackground ? this.#background : this.#foreground;
    children.add(child);
    const ended = new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, signal) => resolve({ code, signal }));
    }).finally(() => children.delete(child));
    ended.catch(() => {});
    return { child, ended };
  }

  /** Runs a command to its end; rejects when it does not end with 0. */
  async run(words) {
    const { ended } = this.start(words);
    const { code, signal } = await ended;
    this.#throwIfInterrupted();
    if (code !== 0) throw new CommandFailed(`holdfast ${words.join(" ")}`, code, signal);
  }

  /** Runs a command and gives its JSON document. */
  async read(words) {
    const { child, ended } = this.start(words, { stdio: ["ignore", "pipe", "inherit"] });
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (piece) => {
      text += piece;
    });
    const { code, signal } = await ended;
    this.#throwIfInterrupted();
    if (code !== 0) throw new CommandFailed(`holdfast ${words.join(" ")}`, code, signal);
    return JSON.parse(text);
  }

  /**
   * Ends what still runs, the server last, and removes the folder. A terminal sends Ctrl-C to the running command too, which then
   * ends tidily by itself; a second signal would end it at once, so it is given time.
   */
  async close() {
    const grace = this.#signal === "SIGINT" ? PATIENCE_MS / 2 : 0;
    await Promise.all([...this.#foreground].map((child) => endGently(child, grace)));
    await Promise.all([...this.#background].map((child) => endGently(child, 0)));
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
    process.off("exit", this.#onExit);
  }

  #throwIfInterrupted() {
    if (this.#signal !== undefined) throw new Interrupted(this.#signal);
  }

  #interrupt(signal) {
    if (this.#signal !== undefined) return;
    this.#signal = signal;
    this.#interruption.reject(new Interrupted(signal));
  }

  #endAtOnce() {
    for (const child of [...this.#foreground, ...this.#background]) child.kill("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Asks a child to end after `grace` milliseconds, and kills it when it does not. */
function endGently(child, grace) {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const asking = setTimeout(() => child.kill("SIGTERM"), grace);
    const killing = setTimeout(() => child.kill("SIGKILL"), grace + PATIENCE_MS);
    child.once("close", () => {
      clearTimeout(asking);
      clearTimeout(killing);
      resolve();
    });
  });
}
