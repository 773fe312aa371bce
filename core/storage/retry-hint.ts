/** The cause of a STORE_BUSY whose store said how long to wait. */
export class RetryHint extends Error {
  override readonly name = "RetryHint";
  /** In milliseconds. */
  readonly wait: number;

  constructor(wait: number, options?: ErrorOptions) {
    super(`asked to wait for ${wait} ms`, options);
    this.wait = wait;
  }
}
