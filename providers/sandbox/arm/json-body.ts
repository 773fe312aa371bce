import { invalidRequest } from "./arm-errors.ts";
import type { ArmRequest } from "./exchange.ts";

/** Reads parts of a request's body; a part of another type is refused as Azure Resource Manager refuses it. */
export class JsonBody {
  readonly #value: Readonly<Record<string, unknown>>;

  constructor(value: Readonly<Record<string, unknown>>) {
    this.#value = value;
  }

  has(name: string): boolean {
    return this.#value[name] !== undefined;
  }

  text(name: string): string | undefined {
    const value = this.#value[name] ?? undefined;
    if (value === undefined || typeof value === "string") return value;
    throw wrongType(name, "a string");
  }

  number(name: string): number | undefined {
    const value = this.#value[name] ?? undefined;
    if (value === undefined || typeof value === "number") return value;
    throw wrongType(name, "a number");
  }

  /** Empty where the part is missing. */
  part(name: string): JsonBody {
    const value = this.#value[name] ?? {};
    if (!isObject(value)) throw wrongType(name, "an object");
    return new JsonBody(value);
  }

  /** An object of texts. */
  texts(name: string): Readonly<Record<string, string>> | undefined {
    const value = this.#value[name] ?? undefined;
    if (value === undefined) return undefined;
    if (!isObject(value)) throw wrongType(name, "an object");
    const entries = Object.entries(value).map(([key, text]): [string, string] => {
      if (typeof text !== "string") throw wrongType(`${name}.${key}`, "a string");
      return [key, text];
    });
    return Object.fromEntries(entries);
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function wrongType(name: string, wanted: string): Error {
  return invalidRequest(
    "InvalidRequestContent",
    `The request content is not valid: '${name}' must be ${wanted}.`,
  );
}

export function readBody({ body }: ArmRequest): JsonBody {
  try {
    const value: unknown = JSON.parse(body);
    if (isObject(value)) return new JsonBody(value);
  } catch {
    // Said below.
  }
  throw invalidRequest(
    "InvalidRequestContent",
    "The request content was invalid and could not be deserialized: it is not a JSON object.",
  );
}
