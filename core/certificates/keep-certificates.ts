import { diagnosticOf } from "../diagnostics/caught.ts";
import { DiagnosticError } from "../diagnostics/diagnostic.ts";
import type { Clock, Instant } from "../kit/clock.ts";
import { toInstant } from "../kit/clock.ts";
import {
  type CertificateFacts,
  OWN_CERTIFICATE,
  type ServerCertificate,
  type ServerCertificates,
} from "../resource/server-certificates.ts";
import type { Abortable } from "../storage/blob-store.ts";
import { encodeCertificate } from "./stored-certificate.ts";

const DAY = 86_400_000;
/** Certificates that Holdfast makes last this long, and are renewed when less than this is left. */
const LIFETIME = 2 * 365 * DAY;
const RENEWED_BEFORE = 30 * DAY;

const MASTER = "master";

/** Takes an object of a point. */
export interface CertificateSink {
  add(
    object: { readonly path: string; readonly kind: "certificate" },
    bytes: Uint8Array,
    attributes: Readonly<Record<string, string | number>>,
  ): Promise<void>;
}

export interface KeepRequest extends Abortable {
  readonly certificates: ServerCertificates;
  readonly database: string;
  readonly clock: Clock;
  readonly sink: CertificateSink;
  /** Is told what was done, and what could not be. */
  readonly note: (text: string) => void;
}

/**
 * Keeps with a point what its database needs to be encrypted again elsewhere: the certificates that protect its key, sealed as all of
 * the point is. Of master, all that protect anything, and one is made where the server has none. Certificates of Holdfast that
 * end soon are renewed; points that were made under the old one keep it. What cannot be kept is told and fails no backup: rows need no certificate.
 */
export async function keepCertificates(request: KeepRequest): Promise<void> {
  try {
    for (const facts of await managed(request)) await keep(facts, request);
  } catch (error) {
    const diagnostic = diagnosticOf(error);
    if (diagnostic.code !== "CERTIFICATE_NOT_READABLE") throw error;
    request.note(diagnostic.detail);
  }
}

async function managed(request: KeepRequest): Promise<readonly CertificateFacts[]> {
  const { certificates, database, clock, note, signal } = request;
  const expiresAt = toInstant(clock.now() + LIFETIME);
  if (database === MASTER) {
    const made = await certificates.ensure(expiresAt, { signal });
    if (made !== null) {
      note(
        `Certificate ${made.name} was made in master: no certificate there could protect an encrypted database. It is kept with this recovery point.`,
      );
    }
  }
  const found = await certificates.protecting(database, { signal });
  const due = found.filter((facts) => isDue(facts, clock.now()));
  if (due.length === 0) return found;
  for (const old of due) {
    try {
      const renewed = await certificates.renew(old, expiresAt, { signal });
      note(
        `Certificate ${old.name} ends soon, so ${renewed.name} protects its databases from now on. The old one stays, on the server and in earlier recovery points.`,
      );
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      note(
        `Certificate ${old.name} ends soon and could not be replaced everywhere; it protects its databases still and is kept, and the next backup tries again. ${error.diagnostic.detail}`,
      );
    }
  }
  return certificates.protecting(database, { signal });
}

/** Only of those that Holdfast made: the others belong to somebody. */
export function isDue({ name, expiresAt }: CertificateFacts, now: Instant): boolean {
  return name.startsWith(OWN_CERTIFICATE) && expiresAt - now < RENEWED_BEFORE;
}

async function keep(facts: CertificateFacts, request: KeepRequest): Promise<void> {
  const { certificates, sink, signal } = request;
  const certificate: ServerCertificate = await certificates.read(facts, { signal });
  const { name, thumbprint, expiresAt } = certificate;
  const object = { path: `certificates/${thumbprint}`, kind: "certificate" } as const;
  await sink.add(object, encodeCertificate(certificate), {
    name,
    thumbprint,
    expires_at: expiresAt,
  });
}
