import { failure } from "../diagnostics/diagnostic.ts";
import type { ReadingPorts } from "./ports.ts";

/** Where a secret is. */
export interface SecretPlace {
  readonly environment: string | null;
  readonly file: string | null;
  /** Who asks, and for what: `the password of credential.ci`. */
  readonly purpose: string;
}

/** Reads a secret when it is needed. SECRET_MISSING names the place, never the value. */
export async function readSecret(place: SecretPlace, ports: ReadingPorts): Promise<string> {
  if (place.environment !== null) {
    const value = ports.environment(place.environment);
    if (value !== undefined && value !== "") return value;
    throw failure({
      code: "SECRET_MISSING",
      summary: "Secret missing",
      detail: `The environment variable ${place.environment}, which holds ${place.purpose}, is not set. Set it in the environment of this command; never write it into the configuration.`,
    });
  }
  if (place.file !== null) {
    const bytes = await ports.files.read(place.file);
    return new TextDecoder().decode(bytes).replace(/\r?\n$/, "");
  }
  throw failure({
    code: "SECRET_MISSING",
    summary: "Secret missing",
    detail: `Nothing says where ${place.purpose} is, or it is in a place that this version of Holdfast cannot read (Azure Key Vault comes later). Use an environment variable or a file.`,
  });
}
