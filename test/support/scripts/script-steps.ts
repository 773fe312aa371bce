import { execFileSync } from "node:child_process";
import { readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makePerson } from "../ssh-people.ts";
import { recordHistory } from "./script-points.ts";
import type { RunOutcome, ScriptWorld } from "./script-world.ts";
import { assertUnchanged, holdLock } from "./world-state.ts";

type Step = (
  words: readonly string[],
  world: ScriptWorld,
  input: readonly string[],
) => Promise<string>;

/** What a script can do beside `holdfast`; the first word names it. Gives what it prints. */
const STEPS: Readonly<Record<string, Step>> = {
  /** `clock 2017-02-12T09:00:00-08:00`, `clock +3d` (d, h, m). */
  clock([time = ""], world) {
    const [, count, unit] = /^\+(\d+)([dhm])$/.exec(time) ?? [];
    const size = { d: 86_400_000, h: 3_600_000, m: 60_000 }[unit ?? ""] ?? 0;
    world.time = count === undefined ? Date.parse(time) : world.time + Number(count) * size;
    if (Number.isNaN(world.time)) throw new Error(`${time} is no time`);
    return Promise.resolve("");
  },
  /** `replace main.hcl 'daily = 10' 'daily = 5'`. */
  async replace([file = "", from = "", to = ""], world) {
    const path = join(world.folder, file);
    const text = await readFile(path, "utf8");
    if (!text.includes(from)) throw new Error(`${file} does not have ${from}`);
    await writeFile(path, text.replaceAll(from, to));
    return "";
  },
  /** `write FILE`, whose text is the input. */
  async write([file = ""], world, input) {
    await writeFile(join(world.folder, file), `${input.join("\n")}\n`);
    return "";
  },
  cat: ([file = ""], world) => readFile(join(world.folder, file), "utf8"),
  /** How many bytes a file has. */
  async size([file = ""], world) {
    return `${(await stat(join(world.folder, file))).size}\n`;
  },
  async rm([file = ""], world) {
    await rm(join(world.folder, file), { recursive: true });
    return "";
  },
  /** `mv FROM TO`. */
  async mv([from = "", to = ""], world) {
    await rename(join(world.folder, from), join(world.folder, to));
    return "";
  },
  /** `flip FILE`: the last bit of its middle byte. */
  async flip([file = ""], world) {
    const path = join(world.folder, file);
    const bytes = await readFile(path);
    const middle = bytes.length >> 1;
    bytes[middle] = (bytes[middle] ?? 0) ^ 1;
    await writeFile(path, bytes);
    return "";
  },
  /** What is in the folder and in the vaults, for `unchanged`. */
  async remember(_words, world) {
    world.remembered = await world.inventory();
    return "";
  },
  async unchanged(_words, world) {
    assertUnchanged(world.remembered, await world.inventory());
    return "";
  },
  /** Holds the catalog's lock until `unlock`. */
  async lock(_words, world) {
    world.lock = await holdLock(world.folder);
    return "";
  },
  async unlock(_words, world) {
    await world.lock?.[Symbol.asyncDispose]();
    world.lock = undefined;
    return "";
  },
  /** `server main Shop state=offline`, `server main Shop gone`, `server main down`. */
  server([name = "", ...words], world) {
    world.servers.change(name, words.join(" "));
    return Promise.resolve("");
  },
  /** `env NAME=VALUE`. */
  env([word = ""], world) {
    const [name = "", ...value] = word.split("=");
    world.environment.set(name, value.join("="));
    return Promise.resolve("");
  },
  /** `person ada`: an SSH key in the file `ada.key`; its public half stands for `<ada>` in main.hcl from now on. */
  async person([name = ""], world) {
    const { line } = await makePerson(name, world.folder);
    const path = join(world.folder, "main.hcl");
    await writeFile(path, (await readFile(path, "utf8")).replaceAll(`<${name}>`, line));
    return "";
  },
  /** `git -C origin commit -am first`; quiet, and without the machine's own settings. */
  git: (words, { folder }) => Promise.resolve(runGit(words, folder)),
  /** `history FILE`: see `recordHistory`. */
  async history([file = ""], world) {
    await recordHistory(file, world);
    return "";
  },
};

/** Times are fixed, so that commits have the same names in each run. */
const GIT = {
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_SYSTEM: "/dev/null",
  GIT_AUTHOR_NAME: "ada",
  GIT_AUTHOR_EMAIL: "ada@example.org",
  GIT_AUTHOR_DATE: "2017-02-01T12:00:00Z",
  GIT_COMMITTER_NAME: "ada",
  GIT_COMMITTER_EMAIL: "ada@example.org",
  GIT_COMMITTER_DATE: "2017-02-01T12:00:00Z",
};

function runGit(words: readonly string[], folder: string): string {
  const options = ["-c", "init.defaultBranch=main", "-c", "advice.detachedHead=false"];
  const env = { ...process.env, ...GIT };
  return execFileSync("git", [...options, ...words], { cwd: folder, env, encoding: "utf8" });
}

/** Carries out one command of a script. */
export async function runStep(
  words: readonly string[],
  world: ScriptWorld,
  input: readonly string[],
): Promise<RunOutcome> {
  const [name = "", ...rest] = words;
  if (name === "holdfast") return world.run(rest, input);
  const step = Object.hasOwn(STEPS, name) ? STEPS[name] : undefined;
  if (step === undefined)
    throw new Error(`${name} is none of: holdfast, ${Object.keys(STEPS).join(", ")}`);
  return { code: 0, stdout: await step(rest, world, input), stderr: "" };
}

/** Words as a shell cuts them: at spaces outside of single or double quotes. */
export function shellWords(line: string): readonly string[] {
  const words = line.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? [];
  return words.map((word) => word.replaceAll(/'([^']*)'|"([^"]*)"/g, "$1$2"));
}
