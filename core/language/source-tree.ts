export interface TreeEntry {
  readonly name: string;
  /** A symbolic link counts as what it leads to, but for one to a folder, which like anything else is `other`. */
  readonly kind: "file" | "folder" | "other";
}

/** Files and folders of people, which a command may change in place. Paths are as typed, relative to the project's directory. */
export interface SourceTree {
  /** What a folder holds, by name in order of code units; undefined where the path is a file. Rejects with FILE_UNREADABLE. */
  list(path: string): Promise<readonly TreeEntry[] | undefined>;
  /** Rejects with FILE_UNREADABLE. */
  read(path: string): Promise<Uint8Array>;
  /**
   * Gives a file that is there other content: all of it or none. Its mode stays, its owner where the system lets us; where
   * the path is a symbolic link, the file behind it changes. Rejects with FILE_NOT_WRITABLE, also for a file that is
   * write-protected.
   */
  replace(path: string, bytes: Uint8Array): Promise<void>;
}
