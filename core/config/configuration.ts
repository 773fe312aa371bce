import type { AttributesOf } from "../../schemas/blocks/attributes-of.ts";
import type { HOLDFAST } from "../../schemas/blocks/holdfast.ts";
import type { Address } from "../address/address.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { SourceRange } from "../diagnostics/source-range.ts";
import type { Json, JsonObject } from "../kit/json.ts";
import type { FunctionDeclaration } from "../language/functions/function-declaration.ts";
import type { ParsedFile } from "../language/parsed-file.ts";
import type { Scope } from "../language/scope.ts";

/** Names from the attributes inwards: `["databases", "include"]`. */
export type AttributePath = readonly string[];

/** A block of the configuration with every argument resolved. */
export interface DesiredResource {
  readonly address: Address;
  readonly type: string;
  readonly name: string;
  readonly lifecycle: Lifecycle;
  /** By the block's schema, defaults filled in; references are addresses; relative paths as written. */
  readonly attributes: JsonObject;
  /** Attributes made from sensitive values: views hide them, and plan and catalog carry the list along. */
  readonly sensitive: readonly AttributePath[];
  /** Ordinal, without duplicates. */
  readonly dependsOn: readonly Address[];
  /** The block's header. */
  readonly range: SourceRange;
}

/** What the `lifecycle` block says, and what it says where there is none: nothing. */
export interface Lifecycle {
  /** A plan that would delete or replace the object is refused. */
  readonly preventDestroy: boolean;
  readonly createBeforeDestroy: boolean;
  /** Differences here are not changes once the object is recorded. `all`: none are. */
  readonly ignoreChanges: readonly AttributePath[] | "all";
  /** When one of these changes, the object is replaced. */
  readonly replaceTriggeredBy: readonly ReplaceTrigger[];
}

/** Any change of the object; with a path, of that argument only. */
export interface ReplaceTrigger {
  readonly address: Address;
  readonly path: AttributePath;
}

/** `moved`: what was recorded under `from` is `to` from now on. Both name an object, all instances of a block, or a module. */
export interface Move {
  readonly from: string;
  readonly to: string;
  readonly range: SourceRange;
}

/** `moved` of a database that was renamed on its server: its recovery points follow. */
export interface DatabaseMove {
  readonly server: Address;
  readonly from: string;
  readonly to: string;
  readonly range: SourceRange;
}

/** `removed`: a block, in all its instances, or a module that left the configuration on purpose. */
export interface Removal {
  /** Without keys. */
  readonly from: string;
  /** False: the object is forgotten as it is. */
  readonly destroy: boolean;
  /** Its recovery points may be purged. */
  readonly purge: boolean;
  readonly range: SourceRange;
}

/** `import`: something that exists already and becomes this object. */
export interface ImportRequest {
  readonly to: Address;
  readonly id: string;
  /** Undefined where a command line asks for it. */
  readonly range: SourceRange | undefined;
}

/** The conditions of a `check` block that do not hold are warnings of the load; this lists the blocks. */
export interface CheckResult {
  /** `check.freshness`, below its module. */
  readonly address: string;
  /** `unknown` while a condition waits for something that is not known yet. */
  readonly status: "pass" | "fail" | "unknown";
  /** The messages of what does not hold. */
  readonly failures: readonly string[];
}

/** A data block whose arguments are known and whose result was not given. */
export interface DataRequest {
  /** `data.databases.shop["eu"]`, below its module. */
  readonly address: string;
  readonly type: string;
  /** By the schema of its type, defaults filled in. */
  readonly attributes: JsonObject;
  readonly range: SourceRange;
  /** It stands in a `check`, which stops nothing: what it gives may be missing. */
  readonly isForCheck: boolean;
}

/** Why a data block of a check gives nothing: nobody was to be asked, or whoever was asked failed. */
export type UnreadData = "not_asked" | "failed";

/** A module that stands in a Git repository, and where its files are expected. */
export interface RemoteModule {
  readonly url: string;
  /** Branch, tag or commit; undefined: the repository's default branch. */
  readonly ref: string | undefined;
  /** Relative to the configuration's directory. */
  readonly directory: string;
  /** False: there is no such directory. `init` fetches it. */
  readonly isPresent: boolean;
}

/** What needs what, one node a block, whether or not it has instances. For pictures and for the order of evaluation. */
export interface ConfigurationGraph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

export interface GraphNode {
  /** `server.orders`, `var.region`, `local.names`, `output.host`, `data.databases.shop`, `module.eu`, `check.fresh`; below its module: `module.eu.server.orders`. */
  readonly id: string;
  readonly kind: "variable" | "local" | "output" | "resource" | "data" | "module" | "check";
  /** Where it stands: `""` for the root, `module.eu.module.storage`; no keys. */
  readonly module: string;
  /** The id without the module. */
  readonly label: string;
  readonly range: SourceRange;
}

/** `from` needs `to`. */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** The reference that says so. */
  readonly range: SourceRange;
}

/** The `holdfast` block, defaults filled in. */
export type Settings = AttributesOf<typeof HOLDFAST>;

/** A variable or an output with its value. */
export interface NamedValue {
  readonly name: string;
  readonly value: Json;
  readonly sensitive: boolean;
  readonly description: string | null;
}

/** One directory's configuration, checked. Resources are in ordinal order of address, whatever the order of the files. */
export interface Configuration {
  readonly settings: Settings;
  readonly resources: readonly DesiredResource[];
  readonly variables: readonly NamedValue[];
  readonly outputs: readonly NamedValue[];
  readonly moves: readonly Move[];
  /** [none] */
  readonly databaseMoves?: readonly DatabaseMove[] | undefined;
  readonly removals: readonly Removal[];
  readonly imports: readonly ImportRequest[];
  readonly checks: readonly CheckResult[];
}

export interface SourceFile {
  /** Relative to the configuration's directory; `*.hcl`, `*.hcl.json`, `*.hclvars` or `*.hclvars.json`. */
  readonly filename: string;
  readonly bytes: Uint8Array;
}

/**
 * Where values of variables come from, weakest first as in Terraform: environment (`HOLDFAST_VAR_name`), then
 * `*.auto.hclvars` in order of name, then `options` in the order of the command line.
 */
export interface VariableSources {
  /** The text of `HOLDFAST_VAR_name`, given the variable's name. */
  readonly environment?: ((name: string) => string | undefined) | undefined;
  /** `*.auto.hclvars` and `*.auto.hclvars.json` of the directory. */
  readonly autoFiles?: readonly SourceFile[] | undefined;
  readonly options?: readonly VariableOption[] | undefined;
}

/** `-var name=text` or `-var-file file`. */
export type VariableOption =
  | { readonly kind: "var"; readonly name: string; readonly text: string }
  | { readonly kind: "file"; readonly file: SourceFile };

export interface ConfigurationInput {
  /** `*.hcl` and `*.hcl.json`; the order means nothing. Tests (`*.hcltest.*`) do not belong here. */
  readonly files: readonly SourceFile[];
  readonly variables?: VariableSources | undefined;
  /** For messages: as written by the user, `.` for the working directory. */
  readonly directory: string;
  /** The absolute path behind `directory`, for `path.cwd`. */
  readonly workingDirectory?: string | undefined;
  /** Of the running program (`0.1.0`), held against `required_version`. */
  readonly version: string;
  /** Functions that expressions may call, by name. */
  readonly functions: ReadonlyMap<string, FunctionDeclaration>;
  /**
   * `plan`: every variable needs a value. `validate`: a variable without one is unknown, and so is what is made of it.
   */
  readonly purpose?: "plan" | "validate" | undefined;
  /** The files of a module's directory; its path is relative to the configuration's directory and has `/`. */
  readonly readModule?: ((directory: string) => ModuleFiles) | undefined;
  /** What data blocks gave, by the address of the request. What is missing is unknown, and asked for in the outcome. */
  readonly data?: ReadonlyMap<string, Json> | undefined;
  /** Data blocks of checks that were asked for and gave nothing: they are unknown, and not asked for again. */
  readonly unread?: ReadonlyMap<string, UnreadData> | undefined;
  /** Says what is wrong with a cron expression; undefined when it is right. */
  readonly checkSchedule: (expression: string) => string | undefined;
}

/** `absent`: there is no such directory. `fault`: why it cannot be read, as the end of a sentence. */
export type ModuleFiles =
  | { readonly kind: "files"; readonly files: readonly SourceFile[] }
  | { readonly kind: "absent" }
  | { readonly kind: "fault"; readonly fault: string };

export interface LoadedConfiguration {
  /** Absent when a diagnostic is an error, and while something that it needs is unknown (`purpose`, `pendingData`). */
  readonly configuration?: Configuration | undefined;
  /**
   * The `holdfast` block, or its defaults where there surely is none, whatever else is at fault. Absent when the block is
   * at fault, or when it may stand in a file that could not be read to its end.
   */
  readonly settings?: Settings | undefined;
  /** What can be said while data is pending: the resources whose arguments are all known and right. */
  readonly known: Pick<Configuration, "resources" | "moves" | "databaseMoves" | "removals">;
  readonly diagnostics: readonly Diagnostic[];
  /** What a next load may be given in `data`. Empty once nothing more can be read. */
  readonly pendingData: readonly DataRequest[];
  /** All modules of other repositories that the files seen so far call. */
  readonly remoteModules: readonly RemoteModule[];
  readonly graph: ConfigurationGraph;
  /** What expressions of the root module mean, for the console; what is at fault is unknown. */
  readonly scope: Scope;
  /** Every file that was parsed, by name, for snippets; with and without errors. */
  readonly sources: ReadonlyMap<string, ParsedFile>;
}
