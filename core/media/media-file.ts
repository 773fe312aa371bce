/** A file of a backup, wherever it lies. */
export interface MediaFile {
  /** As the user wrote it; for messages. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Exactly `length` bytes; nobody asks for more than there are. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** For a loop over a large file that can be told to stop. */
export interface Stoppable {
  readonly signal?: AbortSignal | undefined;
}
