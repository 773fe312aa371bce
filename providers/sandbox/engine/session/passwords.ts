import { createHash, timingSafeEqual } from "node:crypto";

/** `0x0200`, four bytes of salt, SHA-512 of the UTF-16 password and the salt: the form of `sys.sql_logins.password_hash`. */
export function hashPassword(password: string, salt: Uint8Array): Uint8Array {
  const digest = createHash("sha512")
    .update(Buffer.from(password, "utf16le"))
    .update(salt)
    .digest();
  return new Uint8Array(Buffer.concat([Uint8Array.of(2, 0), salt, digest]));
}

export function isPassword(password: string, hash: Uint8Array): boolean {
  const expected = hashPassword(password, hash.subarray(2, 6));
  return expected.length === hash.length && timingSafeEqual(expected, hash);
}
