import type { LatePackages } from "./late-packages.ts";
import type { YamlEvent } from "./yaml-event.ts";

/** Why something failed, as the end of a sentence and without the path: `there is no such file`. */
export interface EnvironmentFault {
  readonly fault: string;
}

export type FileKind = "file" | "folder" | "other";

export interface FolderEntry {
  readonly name: string;
  /** Of what a symbolic link leads to; undefined where it leads to nothing. */
  readonly kind: FileKind | undefined;
  readonly isLink: boolean;
}

/**
 * Files as functions see them: a relative path starts at the configuration's directory. Nothing throws, and no fault
 * names the path, which may be sensitive.
 */
export interface FunctionFiles {
  readBytes(path: string): { readonly bytes: Uint8Array } | EnvironmentFault;
  /** What stands at the path, symbolic links followed; undefined where nothing does. */
  kindOf(path: string): { readonly kind: FileKind | undefined } | EnvironmentFault;
  /** What a folder holds, one level deep, in no fixed order; where there is no folder: nothing. */
  listFolder(path: string): { readonly entries: readonly FolderEntry[] } | EnvironmentFault;
  /** The absolute path, with `/`. */
  resolve(path: string): string;
  /** The user's home, for `~`; undefined where it is not known. */
  readonly home: string | undefined;
}

/** What functions need from outside the language. */
export interface FunctionEnvironment {
  readonly files: FunctionFiles;
  /** Milliseconds since 1970, for `timestamp`: asked at each call. */
  now(): number;
  /** Milliseconds since 1970, one instant for a whole plan, for `plantimestamp`. */
  readonly planTime: number;
  randomBytes(length: number): Uint8Array;
  readonly packages: LatePackages;
  /** For `yamldecode`. */
  readYaml(text: string): { readonly events: readonly YamlEvent[] } | EnvironmentFault;
  /** For `cron_next`: the first instant after `after` at which the schedule is due, in that IANA zone. */
  nextRun(
    schedule: string,
    after: number,
    timezone: string,
  ): { readonly at: number } | EnvironmentFault;
}
