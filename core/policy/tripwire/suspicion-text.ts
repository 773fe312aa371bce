import type { Suspicion } from "./suspicion.ts";

/** As the end of a sentence that begins with the point: `of its new bytes 99 % …`. */
export function formatSuspicion({ reason, measured, usual }: Suspicion): string {
  const shares = { entropy: entropyText, rewritten: rewrittenText };
  return shares[reason](percent(measured), percent(usual));
}

function entropyText(measured: string, usual: string): string {
  return `compression leaves ${measured} of its new bytes, usually ${usual}`;
}

function rewrittenText(measured: string, usual: string): string {
  return `${measured} of the database are new to the vault without growth, usually ${usual}`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
