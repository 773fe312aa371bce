import type { EventHost } from "../../core/events/host.ts";
import type { Checkout } from "../../core/gitops/checkout.ts";
import type { ForeignParser } from "../../core/language/cross-check/foreign-parser.ts";
import type { SourceTree } from "../../core/language/source-tree.ts";
import type { Ports } from "../../core/operations/ports.ts";
import type { FindSource } from "../views/diagnostic-source.ts";
import type { FlagSpec, Flags } from "./flags.ts";
import type { LineEditor, LineEditorOptions } from "./line-editor.ts";

/** One verb of the command line. */
export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What follows the name: `SET [flags]`. */
  readonly usage: string;
  /** A few sentences for `holdfast help NAME`. */
  readonly description: string;
  readonly flags: readonly FlagSpec[];
  /** How many arguments it takes at most, flags not counted; Infinity for any number. */
  readonly most: number;
  /**
   * For commands whose `-json` is a stream, which begins with the line of `toVersionJson`: what its last line, the summary,
   * holds when the command fails early.
   */
  readonly emptySummary?: Readonly<Record<string, unknown>> | undefined;
  readonly examples: readonly string[];
  /** Gives the exit code. Errors are thrown; the caller prints them. */
  readonly run: (flags: Flags, context: CommandContext) => Promise<number>;
}

/** Where the server of a sandbox stands in its Azure. */
export interface SandboxPlaceInAzure {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly name: string;
}

/** A started sandbox, as the `sandbox` command needs it. */
export interface RunningSandbox extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  readonly caFile: string;
  /** What clients of Azure find in their environment, secrets of this run among it; undefined where the sandbox stands for no service of Azure. */
  readonly azure?: Readonly<Record<string, string>> | undefined;
  /** Of what stands for a server of Azure. */
  readonly place?: SandboxPlaceInAzure | undefined;
  /** Runs a script over the sandbox's own port, in a database that is made if it is missing, or in master. */
  load(script: { readonly database: string | undefined; readonly file: string }): Promise<void>;
}

export interface SandboxRequest {
  readonly port: number;
  readonly dataFolder: string | undefined;
  readonly password: string;
  /** What it stands for [sql_server]. */
  readonly kind?: SandboxKind | undefined;
}

export type SandboxKind = (typeof SANDBOX_KINDS)[number];

/** The word of the configuration's blocks for each. */
export const SANDBOX_KINDS = ["sql_server", "azure_sql", "managed_instance", "azure_vm"] as const;

export interface ByteSource extends AsyncDisposable {
  /** Fills `into`, or a part of it from its beginning, and gives how many bytes came; 0 at the end. */
  read(into: Uint8Array): Promise<number>;
  /** Undefined where nobody knows before the end. */
  readonly size?: number | undefined;
}

/** Disposed before `finish`, a file is not there, or is what it was. */
interface ByteTarget extends AsyncDisposable {
  write(bytes: Uint8Array): Promise<void>;
  finish(): Promise<void>;
}

/** A checkout that is followed, and the configuration in it. */
export interface SyncPlace {
  readonly checkout: Checkout;
  /** Makes the folder that is kept beside the configuration, which a commit may lack. FILE_NOT_WRITABLE. */
  prepare(): Promise<void>;
  /** What the last pass wrote; undefined where there is none. */
  readStatus(): Promise<string | undefined>;
  writeStatus(text: string): Promise<void>;
  ports(host: EventHost): Promise<Ports>;
}

/** What commands get from the outside world. `cmd/main.ts` makes the real one. */
export interface CommandContext {
  readonly version: string;
  readonly nodeVersion: string;
  /** Whether people read the standard streams. Colours and moving progress are for terminals only. */
  readonly terminal: {
    readonly output: boolean;
    readonly error: boolean;
    readonly input: boolean;
    readonly columns: number;
  };
  readonly colour: boolean;
  stdout(text: string): void;
  stderr(text: string): void;
  /** Asks a person one question on the terminal and gives the line typed. */
  ask(question: string): Promise<string>;
  /**
   * The bytes of the standard input as they arrive. Ends with the input, or once nobody reads the output any more; rejects
   * with an AbortError when the command is to end.
   */
  input(): AsyncIterable<Uint8Array>;
  /** A file, or with `-` the standard input, as bytes. FILE_UNREADABLE. */
  openByteSource(file: string): Promise<ByteSource>;
  /** A file, or with `-` the standard output, for bytes. FILE_NOT_WRITABLE. */
  openByteTarget(file: string): Promise<ByteTarget>;
  /** For a dialogue on the terminal. */
  openLineEditor(options: LineEditorOptions): Promise<LineEditor>;
  environment(name: string): string | undefined;
  /** The configuration files that were parsed so far, for the snippets of diagnostics. */
  readonly findSource: FindSource;
  ports(host: EventHost): Promise<Ports>;
  /** SYNC_CHECKOUT_MISSING, SYNC_BRANCH_UNKNOWN. */
  openSync(request: {
    readonly repo: string;
    readonly branch: string | undefined;
  }): Promise<SyncPlace>;
  /** The files of this directory and others, for commands that change them in place. */
  sourceTree(): Promise<SourceTree>;
  /** Another parser of native syntax, to compare with. */
  foreignParser(): Promise<ForeignParser>;
  startSandbox(request: SandboxRequest): Promise<RunningSandbox>;
  /** Aborted by Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
  randomPassword(): string;
  /** All commands, for the help. */
  readonly commands: () => Promise<readonly Command[]>;
}
