import { diagnosticOf } from "../diagnostics/caught.ts";
import type { BackupPorts } from "./backup-request.ts";
import { isPassing } from "./passing.ts";

/** How often something is read that holds no transaction open, where what fails may pass. */
export const TRIES = 5;
const FIRST_WAIT_MS = 500;

export interface Retrying {
  readonly sleep: BackupPorts["sleep"];
  readonly signal?: AbortSignal | undefined;
  /** Is told of each further try. */
  readonly tell: (text: string) => void;
  /** How often at most. */
  readonly tries: number;
}

/** Does it again from the start while it fails with what passes, after longer and longer waits. */
export async function retried<T>(work: () => Promise<T>, retrying: Retrying): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= retrying.tries || !isPassing(error)) throw error;
      await waitBefore(attempt + 1, error, retrying);
    }
  }
}

/** Tells of a further try, counted from 1, and waits until it is time for it. */
export async function waitBefore(
  attempt: number,
  error: unknown,
  { sleep, signal, tell, tries }: Retrying,
): Promise<void> {
  const { summary } = diagnosticOf(error);
  tell(`${summary}. The backup goes on (try ${attempt} of ${tries}).`);
  await sleep(FIRST_WAIT_MS * 2 ** (attempt - 2), { signal });
}
