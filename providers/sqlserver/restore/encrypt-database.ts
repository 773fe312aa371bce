import type { Abortable } from "../../../core/kit/abortable.ts";
import type { TdsConnection } from "../connection/tds-connection.ts";
import { quoteName } from "../names.ts";
import { flag, text } from "../schema/fields.ts";

/**
 * Certificates that can protect a database encryption key: with a private key that the master key of `master` protects
 * (CREATE DATABASE ENCRYPTION KEY, error 33117 otherwise) and not expired. The one that lasts longest comes first.
 */
const CERTIFICATES =
  "SELECT name FROM sys.certificates WHERE pvt_key_encryption_type = 'MK' AND name NOT LIKE N'##%' AND expiry_date > SYSUTCDATETIME() ORDER BY expiry_date DESC, name";

/** What makes such a certificate, for a login with CONTROL SERVER. */
export const MAKE_CERTIFICATE =
  "USE [master]; CREATE MASTER KEY ENCRYPTION BY PASSWORD = N'...'; CREATE CERTIFICATE [tde] WITH SUBJECT = N'Transparent data encryption';";

/** The name of the certificate to encrypt by; undefined where `master` has none. `control` is in master. */
export async function certificateFor(
  control: TdsConnection,
  options: Abortable,
): Promise<string | undefined> {
  const [found] = await control.query(CERTIFICATES, options);
  return found === undefined ? undefined : text(found, "name");
}

const ENCRYPTED = "SELECT is_encrypted FROM sys.databases WHERE name = DB_NAME()";

/** Whether the connection's database is: services encrypt theirs from the first day. */
export async function isEncrypted(connection: TdsConnection, options: Abortable): Promise<boolean> {
  const [row = {}] = await connection.query(ENCRYPTED, options);
  return flag(row, "is_encrypted");
}

/** Turns encryption on in the connection's database. `certificate`: undefined where the service keeps the key itself. */
export async function encryptDatabase(
  connection: TdsConnection,
  {
    database,
    certificate,
  }: { readonly database: string; readonly certificate: string | undefined },
  options: Abortable,
): Promise<void> {
  if (await isEncrypted(connection, options)) return;
  if (certificate !== undefined) {
    const key = `CREATE DATABASE ENCRYPTION KEY WITH ALGORITHM = AES_256 ENCRYPTION BY SERVER CERTIFICATE ${quoteName(certificate)}`;
    const isThere =
      "SELECT 1 AS found FROM sys.dm_database_encryption_keys WHERE database_id = DB_ID()";
    const [found] = await connection.query(isThere, options);
    if (found === undefined) await connection.execute(key, options);
  }
  await connection.execute(`ALTER DATABASE ${quoteName(database)} SET ENCRYPTION ON`, options);
}
