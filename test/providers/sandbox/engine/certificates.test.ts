import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { test } from "node:test";
import { connect, createTestEngine } from "../../../support/sandbox/engine-client.ts";

const MASTER_KEY = "CREATE MASTER KEY ENCRYPTION BY PASSWORD = 'Str0ng-enough'";

const engine = createTestEngine();
const master = connect(engine);
await master.script(
  `${MASTER_KEY}\nGO\nCREATE CERTIFICATE tde WITH SUBJECT = 'Backups', EXPIRY_DATE = '20401031'\nGO\nCREATE DATABASE a`,
);

function hex(value: unknown): string {
  assert(value instanceof Uint8Array);
  return `0x${Buffer.from(value).toString("hex")}`;
}

test("a certificate is X.509 of its own, kept by the master key", async () => {
  const [[name, keeper, expiry, thumbprint, encoded] = []] = await master.rows(
    `SELECT name, pvt_key_encryption_type_desc, CONVERT(char(8), expiry_date, 112), thumbprint, CERTENCODED(CERT_ID('tde'))
     FROM sys.certificates`,
  );
  assert.deepEqual([name, keeper, expiry], ["tde", "ENCRYPTED_BY_MASTER_KEY", "20401031"]);
  assert(encoded instanceof Uint8Array && thumbprint instanceof Uint8Array);
  const certificate = new X509Certificate(encoded);
  assert.equal(certificate.subject, "CN=Backups");
  assert(certificate.verify(certificate.publicKey));
  assert.equal(
    certificate.fingerprint.replaceAll(":", ""),
    Buffer.from(thumbprint).toString("hex").toUpperCase(),
  );
});

test("a certificate comes back on another server from its bytes and the password alone", async () => {
  const [[encoded, key] = []] = await master.rows(
    "SELECT CERTENCODED(CERT_ID('tde')), CERTPRIVATEKEY(CERT_ID('tde'), N'Pass-w0rd-of-file')",
  );
  const other = connect(createTestEngine());
  const create = (password: string): string =>
    `CREATE CERTIFICATE again FROM BINARY = ${hex(encoded)} WITH PRIVATE KEY (BINARY = ${hex(key)}, DECRYPTION BY PASSWORD = '${password}')`;
  assert.equal(await other.error(create("Pass-w0rd-of-file")), 15_581);
  await other.script(MASTER_KEY);
  assert.equal(await other.error(create("wrong")), 15_465);
  assert.equal(await other.error("CREATE CERTIFICATE again FROM BINARY = 0x3000"), 15_297);
  assert.equal(await other.error(create("Pass-w0rd-of-file")), 0);
  const thumbprint = "SELECT thumbprint FROM sys.certificates";
  assert.deepEqual(await other.rows(thumbprint), await master.rows(thumbprint));
  assert.equal(await other.error(create("Pass-w0rd-of-file").replace("again", "twice")), 15_232);
});

test("a database is encrypted under the key that a certificate of master protects", async () => {
  const inside = connect(engine, { database: "a" });
  assert.equal(await inside.error("ALTER DATABASE a SET ENCRYPTION ON"), 33_106);
  const made = await inside.run(
    "CREATE DATABASE ENCRYPTION KEY WITH ALGORITHM = AES_256 ENCRYPTION BY SERVER CERTIFICATE tde",
  );
  assert.deepEqual(
    made.messages.map(({ number }) => number),
    [33_091],
  );
  await inside.script("ALTER DATABASE a SET ENCRYPTION ON");
  assert.deepEqual(
    await master.rows(
      `SELECT d.is_encrypted, k.encryption_state, k.key_algorithm, k.key_length, c.name FROM sys.databases d
       JOIN sys.dm_database_encryption_keys k ON k.database_id = d.database_id
       JOIN master.sys.certificates c ON c.thumbprint = k.encryptor_thumbprint WHERE d.name = 'a'`,
    ),
    [[1, 3, "AES", 256, "tde"]],
  );
  assert.equal(await master.error("DROP CERTIFICATE tde"), 3716);
  assert.equal(await inside.error("DROP DATABASE ENCRYPTION KEY"), 33_105);
});

test("the key goes over to another certificate, and the old one may go", async () => {
  await master.script("CREATE CERTIFICATE tde2 WITH SUBJECT = 'Backups 2'");
  const inside = connect(engine, { database: "a" });
  await inside.script("ALTER DATABASE ENCRYPTION KEY ENCRYPTION BY SERVER CERTIFICATE tde2");
  assert.equal(await master.error("DROP CERTIFICATE tde"), 0);
  assert.equal(await master.error("DROP CERTIFICATE tde2"), 3716);
});

test("a private key is given to who controls the database only", async () => {
  await master.script("CREATE LOGIN plain WITH PASSWORD = 'Str0ng-enough'");
  const plain = connect(engine, { username: "plain" });
  assert.deepEqual(await plain.rows("SELECT CERTPRIVATEKEY(CERT_ID('tde2'), 'Pass-w0rd')"), [
    [null],
  ]);
  assert.equal(await plain.error("CREATE CERTIFICATE x WITH SUBJECT = 'x'"), 15_247);
  assert.equal(await plain.error("SELECT * FROM sys.dm_database_encryption_keys"), 300);
});
