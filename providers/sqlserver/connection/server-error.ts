/** An error as the server sent it (MS-TDS ERROR token). */
export interface ServerError {
  readonly number: number;
  readonly class: number;
  readonly line: number;
  readonly procedure: string;
  readonly message: string;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function numberOf(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

/** Undefined when `value` carries no server error number. */
export function tryParseServerError(value: unknown): ServerError | undefined {
  if (typeof value !== "object" || value === null || !("number" in value)) return undefined;
  const token: Partial<Record<string, unknown>> & object = value;
  return {
    number: numberOf(value.number),
    class: numberOf(token["class"]),
    line: numberOf(token["lineNumber"]),
    procedure: textOf(token["procName"]),
    message: textOf(token["message"]),
  };
}

/** All server errors in what the client library threw, or in the causes of it, first to last. */
export function serverErrorsOf(error: unknown): readonly ServerError[] {
  if (error instanceof AggregateError) return error.errors.flatMap(serverErrorsOf);
  const own = tryParseServerError(error);
  if (own !== undefined) return [own];
  return error instanceof Error && error.cause !== undefined ? serverErrorsOf(error.cause) : [];
}

/** `Error 208, line 1: Invalid object name 'dbo.Orders'.` */
export function describeServerError({ number, line, procedure, message }: ServerError): string {
  const place = procedure === "" ? `line ${line}` : `${procedure}, line ${line}`;
  return `Error ${number}, ${place}: ${message}`;
}
