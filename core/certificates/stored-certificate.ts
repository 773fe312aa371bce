import { failure } from "../diagnostics/diagnostic.ts";
import { toInstant } from "../kit/clock.ts";
import type { ServerCertificate } from "../resource/server-certificates.ts";

export function encodeCertificate(certificate: ServerCertificate): Uint8Array {
  const { name, thumbprint, expiresAt, encoded, privateKey, password } = certificate;
  const document = {
    format: 1,
    name,
    thumbprint,
    expires_at: expiresAt,
    encoded: Buffer.from(encoded).toString("base64"),
    private_key: Buffer.from(privateKey).toString("base64"),
    password,
  };
  return Buffer.from(JSON.stringify(document));
}

/** CERTIFICATE_NOT_READABLE for what another version wrote. */
export async function decodeCertificate(bytes: Uint8Array): Promise<ServerCertificate> {
  const { storedCertificateSchema } = await import("../../schemas/stored-certificate.ts");
  const read = storedCertificateSchema.safeParse(JSON.parse(Buffer.from(bytes).toString("utf8")));
  if (!read.success) {
    throw failure({
      code: "CERTIFICATE_NOT_READABLE",
      summary: "Certificate of the recovery point not readable",
      detail:
        "The recovery point holds a certificate in a form that this version cannot read. Restore with the version that made the point, or without -enable-tde.",
    });
  }
  const { data } = read;
  return {
    name: data.name,
    thumbprint: data.thumbprint,
    expiresAt: toInstant(data.expires_at),
    encoded: Buffer.from(data.encoded, "base64"),
    privateKey: Buffer.from(data.private_key, "base64"),
    password: data.password,
  };
}
