/**
 * An error of SQL Server on its way to the client: number, class (severity), state and text are the server's own.
 * The engine adds procedure and line. Class 16 is the usual class of an error that the user can mend.
 */
export class SqlException extends Error {
  override readonly name = "SqlException";
  readonly number: number;
  readonly class: number;
  readonly state: number;

  constructor(number: number, message: string, severity: { class?: number; state?: number } = {}) {
    super(message);
    this.number = number;
    this.class = severity.class ?? 16;
    this.state = severity.state ?? 1;
  }
}

/** Throws a SqlException of class 16, or of the class and state given. */
export function raise(
  number: number,
  message: string,
  severity: { class?: number; state?: number } = {},
): never {
  throw new SqlException(number, message, severity);
}
