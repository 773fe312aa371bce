import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { SourceRange } from "../../diagnostics/source-range.ts";
import { tryParsePublicKeyLine } from "../../ssh/public-key.ts";
import type { Settings } from "../configuration.ts";
import { problem } from "../report.ts";

/** A rule that nobody could meet, or a key that could never approve, is found before it is in force. */
export function checkApprovals(
  { purge, keys }: Settings["approvals"],
  rangeOf: (path: string) => SourceRange | undefined,
): readonly Diagnostic[] {
  const parsed = keys.map((line) => [line, tryParsePublicKeyLine(line)] as const);
  const subject = rangeOf("approvals.keys") ?? rangeOf("approvals.purge");
  if (subject === undefined) return [];
  const unread = parsed
    .filter(([, key]) => key === undefined)
    .map(([line]) => unreadable(line, subject));
  if (unread.length > 0) return unread;
  const people = new Set(parsed.map(([, key]) => key?.fingerprint));
  if (purge <= people.size) return [];
  const place = rangeOf("approvals.purge") ?? subject;
  const detail = `A purge would need ${purge} approvals by different keys, and keys has ${people.size} of them, so nobody could ever approve one. Add the public keys of those who may, or ask for fewer.`;
  return [problem({ summary: "Invalid value", detail, subject: place })];
}

/** Shows the beginning only: what stands there by mistake may be a secret. */
function unreadable(line: string, subject: SourceRange): Diagnostic {
  const start = line.slice(0, 12);
  const detail = `The line that begins with ${JSON.stringify(start)} is not a public SSH key that can sign. Write one as it stands in a .pub file: ssh-ed25519, ecdsa-sha2-nistp256, -384 or -521, ssh-rsa of 2048 bits at least, or the sk- kinds of hardware.`;
  return problem({ summary: "Invalid value", detail, subject });
}
