/** Why something could not be read, as the end of a sentence: `no file exists at "x"`. */
export interface EnvironmentFault {
  readonly fault: string;
}

/** Files as functions see them: a relative path starts at the configuration's directory. Nothing throws. */
export interface FunctionFiles {
  readBytes(path: string): { readonly bytes: Uint8Array } | EnvironmentFault;
  /** What stands at the path; `undefined` where nothing does. */
  kindOf(path: string): "file" | "folder" | "other" | undefined | EnvironmentFault;
  /** All files below a folder, at any depth, as paths relative to it with `/`; symbolic links to folders are not followed. */
  listFiles(folder: string): { readonly paths: readonly string[] } | EnvironmentFault;
  /** The absolute path. */
  resolve(path: string): string;
  /** The user's home, for `pathexpand`; undefined where it is not known. */
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
  /** For `cron_next`: the first instants after `after` at which the schedule is due, in that IANA zone. */
  nextRun(
    schedule: string,
    after: number,
    timezone: string,
  ): { readonly at: number } | EnvironmentFault;
}
