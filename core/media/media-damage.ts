/** What is wrong with a medium, and where. Never leaves this room. */
export class MediaDamage extends Error {
  /** Bytes from the beginning of the file. */
  readonly offset: number;

  constructor(offset: number, problem: string) {
    super(problem);
    this.offset = offset;
  }
}
