import { failure } from "../../diagnostics/diagnostic.ts";

/** Thrown inside the vault when a blob is not what was written; the door turns it into VAULT_CORRUPTED. */
export class Damage extends Error {
  override readonly name = "Damage";
  readonly blob: string;
  /** What is wrong, as the end of a sentence that begins with the blob's name: `is missing`. */
  readonly problem: string;

  constructor(blob: string, problem: string, options?: ErrorOptions) {
    super(`${blob} ${problem}`, options);
    this.blob = blob;
    this.problem = problem;
  }
}

/** Which part of a point cannot be had because of the damage. */
export interface DamageContext {
  readonly point?: string | undefined;
  readonly object?: string | undefined;
  /** Its number within the object, from 1. */
  readonly chunk?: number | undefined;
}

/** VAULT_CORRUPTED with the blob and what it costs; anything but a `Damage` comes back as it is. */
export function explainDamage(error: unknown, context: DamageContext = {}): unknown {
  if (!(error instanceof Damage)) return error;
  const parts = [
    context.chunk === undefined ? undefined : `chunk ${context.chunk}`,
    context.object === undefined ? undefined : `object ${context.object}`,
    context.point === undefined ? undefined : `point ${context.point}`,
  ].filter((part) => part !== undefined);
  const cost = parts.length === 0 ? "" : ` It holds what ${parts.join(" of ")} needs.`;
  return failure(
    {
      code: "VAULT_CORRUPTED",
      summary: "Vault damaged",
      detail:
        `The blob ${error.blob} ${error.problem}.${cost} Nothing unverified was given out. ` +
        "Find out which points are affected, then bring the blob back from a copy of the vault:\n\n" +
        "    holdfast verify -read-data",
    },
    error,
  );
}

/** Damage becomes VAULT_CORRUPTED. */
export async function explained<T>(work: () => Promise<T>, point?: string): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw explainDamage(error, { point });
  }
}
