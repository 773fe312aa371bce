import type { AttributesOf } from "../../schemas/blocks/attributes-of.ts";
import type { HOLDFAST } from "../../schemas/blocks/holdfast.ts";
import type { Address } from "../address/address.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { SourceRange } from "../diagnostics/source-range.ts";
import type { Json, JsonObject } from "../kit/json.ts";
import type { FunctionDeclaration } from "../language/functions/function-declaration.ts";
import type { ParsedFile } from "../language/parsed-file.ts";

/** Names from the attributes inwards: `["databases", "include"]`. */
export type AttributePath = readonly string[];

/** A block of the configuration with every argument resolved. */
export interface DesiredResource {
  readonly address: Address;
  readonly type: string;
  readonly name: string;
  /** By the block's schema, defaults filled in; references are addresses; relative paths as written. */
  readonly attributes: JsonObject;
  /** Attributes made from sensitive values: views hide them, and plan and catalog carry the list along. */
  readonly sensitive: readonly AttributePath[];
  /** Ordinal, without duplicates. */
  readonly dependsOn: readonly Address[];
  /** The block's header. */
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
  /** Of the running program (`0.1.0`), held against `required_version`. */
  readonly version: string;
  /** Functions that expressions may call, by name. */
  readonly functions: ReadonlyMap<string, FunctionDeclaration>;
  /** Says what is wrong with a cron expression; undefined when it is right. */
  readonly checkSchedule: (expression: string) => string | undefined;
}

export interface LoadedConfiguration {
  /** Absent when a diagnostic is an error. */
  readonly configuration?: Configuration | undefined;
  /**
   * The `holdfast` block, or its defaults where there surely is none, whatever else is at fault. Absent when the block is
   * at fault, or when it may stand in a file that could not be read to its end.
   */
  readonly settings?: Settings | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** Every file that was parsed, by name, for snippets; with and without errors. */
  readonly sources: ReadonlyMap<string, ParsedFile>;
}
