import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { cpSync, globSync, readFileSync, statSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPorts } from "../../cmd/wiring/ports.ts";
import type { HoldfastEvent } from "../../core/events/event.ts";
import type { Clock } from "../../core/kit/clock.ts";
import type { JsonObject } from "../../core/kit/json.ts";
import type { Ports } from "../../core/operations/ports.ts";
import type { JobRow } from "../../schemas/job-listing.ts";
import type { PointRow } from "../../schemas/point-listing.ts";
import { goldBlocks } from "./gold-blocks.ts";
import { runHere } from "./holdfast-here.ts";
import { type JobOutcome, parseJob, parseJobs, parsePoints } from "./holdfast-output.ts";
import {
  type CommandOutcome,
  parseObject,
  type RunningCommand,
  startHoldfast,
} from "./holdfast-process.ts";
import type { SignIn } from "./test-server.ts";

/** The key of every vault that tests make. */
export const VAULT_KEY = "7e57".repeat(16);

/** What the configuration of a test says beyond the usual. */
export interface ProjectOptions {
  readonly signIn: SignIn;
  /** `databases.include` of backup_set.data. */
  readonly databases: readonly string[];
  /** Written behind the usual blocks. */
  readonly more?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A folder with a configuration, and the commands that run in it. It goes when it is disposed. */
export interface TestProject extends AsyncDisposable {
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  run(...args: readonly string[]): Promise<CommandOutcome>;
  /** Runs a command that must end with this code. */
  expect(code: number, ...args: readonly string[]): Promise<CommandOutcome>;
  /** The one document that a command prints with `-json`; it must end with 0. */
  document(...args: readonly string[]): Promise<JsonObject>;
  /** `backup data -json`, whatever its exit code. */
  backUp(...args: readonly string[]): Promise<JobOutcome>;
  /** `restore POINT -to main -as NAME -json`, which must succeed. */
  restore(point: string, database: string): Promise<JobOutcome>;
  points(): Promise<readonly PointRow[]>;
  jobs(): Promise<readonly JobRow[]>;
  start(...args: readonly string[]): RunningCommand;
  /** The use cases in this process, in the same real world, with what a test wants otherwise. */
  ports(options?: InProcess): Promise<Ports>;
  /** Digests of all files under the folder, by path. */
  digests(): ReadonlyMap<string, string>;
}

export interface InProcess {
  readonly clock?: Clock;
  readonly onEvent?: (event: HoldfastEvent) => void;
}

const RETENTION = `
  daily    = 10
  weekly   = 4
  timezone = "America/Los_Angeles"
`;

/** The usual blocks; every test reads the same. */
export function configurationOf({ signIn, databases, more = "" }: ProjectOptions): string {
  return `credential "main" {
  type         = "sql_password"
  username     = ${JSON.stringify(signIn.username)}
  password_env = "TEST_SERVER_PASSWORD"
}

server "main" {
  kind       = "sql_server"
  host       = ${JSON.stringify(signIn.host)}
  port       = ${signIn.port}
  credential = credential.main
  ${tlsOf(signIn)}
}

${goldBlocks(databases, RETENTION)}${more}`;
}

/** The tls block of a server. */
export function tlsOf({ caFile, trustServerCertificate }: SignIn): string {
  return caFile === undefined
    ? `tls { trust_server_certificate = ${trustServerCertificate} }`
    : `tls {\n    ca_file     = ${JSON.stringify(caFile)}\n    server_name = "localhost"\n  }`;
}

/** Writes main.hcl into a new folder. */
export async function makeProject(options: ProjectOptions): Promise<TestProject> {
  return makeProjectOf({ "main.hcl": configurationOf(options) }, options);
}

/** A new folder with these files. */
export async function makeProjectOf(
  files: Readonly<Record<string, string>>,
  { signIn, environment = {} }: Pick<ProjectOptions, "signIn" | "environment">,
): Promise<TestProject> {
  const directory = await mkdtemp(join(tmpdir(), "holdfast-test-"));
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
  return projectAt(directory, {
    TEST_SERVER_PASSWORD: signIn.password,
    TEST_VAULT_KEY: VAULT_KEY,
    ...environment,
  });
}

/** Writes main.hcl, makes catalog and vault, and applies. */
export async function applyProject(options: ProjectOptions): Promise<TestProject> {
  const project = await makeProject(options);
  try {
    await project.expect(0, "init");
    await project.expect(0, "apply", "-auto-approve");
    return project;
  } catch (error) {
    await project[Symbol.asyncDispose]();
    throw error;
  }
}

/** Copies catalog and vault of one project into another. */
export function copyState(from: TestProject, to: TestProject): void {
  for (const name of [".holdfast", "vault"]) {
    cpSync(join(from.directory, name), join(to.directory, name), { recursive: true });
  }
}

function projectAt(directory: string, environment: Readonly<Record<string, string>>): TestProject {
  const options = { directory, environment };
  const run = (...args: readonly string[]) => runHere(args, options);
  const expect = async (code: number, ...args: readonly string[]) => {
    const outcome = await run(...args);
    const { stdout, stderr } = outcome;
    assert.equal(outcome.code, code, `holdfast ${args.join(" ")}:\n${stdout}${stderr}`);
    return outcome;
  };
  return {
    directory,
    environment,
    run,
    expect,
    backUp: async (...args) => parseJob(await run("backup", "data", "-json", ...args)),
    restore: async (point, database) =>
      parseJob(await expect(0, "restore", point, "-to", "main", "-as", database, "-json")),
    points: async () => parsePoints((await expect(0, "points", "-json")).stdout).recovery_points,
    jobs: async () => parseJobs((await expect(0, "jobs", "-json")).stdout).jobs,
    document: async (...args) => parseObject((await expect(0, ...args, "-json")).stdout),
    start: (...args) => startHoldfast(args, options),
    async ports({ clock, onEvent } = {}) {
      const ports = await createPorts({
        version: "0.1.0",
        directory,
        host: { emit: (event) => onEvent?.(event) },
        signal: new AbortController().signal,
        remember: () => undefined,
      });
      const variable = (name: string) => environment[name];
      return { ...ports, environment: variable, ...(clock === undefined ? {} : { clock }) };
    },
    digests: () => digestsOf(directory),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}

function digestsOf(directory: string): ReadonlyMap<string, string> {
  const names = globSync("**/*", { cwd: directory, exclude: [] })
    .concat(globSync(".holdfast/**/*", { cwd: directory }))
    .filter((name) => statSync(join(directory, name)).isFile())
    .sort();
  return new Map(names.map((name) => [name, digest(readFileSync(join(directory, name)))]));
}

function digest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
