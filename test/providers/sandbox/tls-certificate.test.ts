import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { test } from "node:test";
import { createServerIdentity } from "../../../providers/sandbox/tls/certificate.ts";

test("the server's certificate stands for this computer and is signed by the authority", async () => {
  const identity = await createServerIdentity(new Date("2026-05-01T00:00:00Z"));
  const authority = new X509Certificate(identity.authority);
  const server = new X509Certificate(identity.certificate);
  assert.ok(authority.ca);
  assert.ok(!server.ca);
  assert.ok(server.checkIssued(authority));
  assert.ok(server.verify(authority.publicKey));
  assert.equal(server.checkHost("localhost"), "localhost");
  assert.equal(server.checkIP("127.0.0.1"), "127.0.0.1");
  assert.equal(server.checkIP("::1"), "::1");
  assert.equal(server.checkHost("example.org"), undefined);
  assert.equal(server.validFrom, "Apr 30 00:00:00 2026 GMT");
  assert.deepEqual(server.keyUsage, ["1.3.6.1.5.5.7.3.1"]);
});

test("two sandboxes do not trust each other", async () => {
  const now = new Date("2026-05-01T00:00:00Z");
  const [one, other] = [await createServerIdentity(now), await createServerIdentity(now)];
  const server = new X509Certificate(one.certificate);
  assert.ok(!server.verify(new X509Certificate(other.authority).publicKey));
});
