import * as z from "zod/mini";

const bytes = z.base64();

/** An object of kind `certificate` of a recovery point, format 1: JSON, sealed as everything in a vault is. */
export const storedCertificateSchema = z.strictObject({
  format: z.literal(1),
  name: z.string(),
  thumbprint: z.string().check(z.regex(/^[0-9A-F]+$/)),
  /** Milliseconds since 1970. */
  expires_at: z.int(),
  /** X.509 in DER. */
  encoded: bytes,
  /** In the PVK format, under `password`. */
  private_key: bytes,
  password: z.string(),
});
