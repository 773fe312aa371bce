import assert from "node:assert/strict";
import { test } from "node:test";
import { isDue, keepCertificates } from "../../../core/certificates/keep-certificates.ts";
import {
  decodeCertificate,
  encodeCertificate,
} from "../../../core/certificates/stored-certificate.ts";
import { failure } from "../../../core/diagnostics/diagnostic.ts";
import { toInstant } from "../../../core/kit/clock.ts";
import type {
  CertificateFacts,
  ServerCertificate,
  ServerCertificates,
} from "../../../core/resource/server-certificates.ts";

const NOW = Date.UTC(2026, 0, 1);
const DAY = 86_400_000;

function certificate(name: string, days: number): ServerCertificate {
  return {
    name,
    thumbprint: Buffer.from(name).toString("hex").toUpperCase(),
    expiresAt: toInstant(NOW + days * DAY),
    encoded: new Uint8Array([1, 2]),
    privateKey: new Uint8Array([3]),
    password: "p",
  };
}

/** A server with these certificates that remembers what it was asked to do. */
function serverOf(found: CertificateFacts[], parts: Partial<ServerCertificates> = {}) {
  const done: string[] = [];
  const certificates: ServerCertificates = {
    protecting: () => Promise.resolve(found),
    read: (facts) => Promise.resolve({ ...certificate(facts.name, 1), ...facts }),
    recreate: () => Promise.resolve("present"),
    ensure: () => {
      done.push("ensure");
      return Promise.resolve(null);
    },
    renew: (old, expiresAt) => {
      done.push(`renew ${old.name}`);
      const renewed = { ...certificate("holdfast_tde_new", 0), expiresAt };
      found.splice(found.indexOf(old), 1, renewed);
      return Promise.resolve(renewed);
    },
    ...parts,
  };
  return { certificates, done };
}

async function keep(certificates: ServerCertificates, database: string) {
  const notes: string[] = [];
  const stored: string[] = [];
  await keepCertificates({
    certificates,
    database,
    clock: { now: () => toInstant(NOW) },
    sink: {
      add: async (object, bytes) => {
        stored.push((await decodeCertificate(bytes)).name);
        assert.equal(object.kind, "certificate");
      },
    },
    note: (text) => notes.push(text),
  });
  return { notes, stored };
}

test("a certificate comes out of a point as it went in", async () => {
  const before = certificate("tde", 5);
  const after = await decodeCertificate(encodeCertificate(before));
  assert.deepEqual(
    { ...after, encoded: [...after.encoded], privateKey: [...after.privateKey] },
    { ...before, encoded: [1, 2], privateKey: [3] },
  );
  await assert.rejects(decodeCertificate(Buffer.from('{"format":2}')), /not readable/);
});

test("only certificates of Holdfast are renewed, in their last thirty days", () => {
  assert(isDue(certificate("holdfast_tde_a", 29), toInstant(NOW)));
  assert(!isDue(certificate("holdfast_tde_a", 31), toInstant(NOW)));
  assert(!isDue(certificate("theirs", 1), toInstant(NOW)));
});

test("what protects the database is stored, and what was renewed in its new form", async () => {
  const { certificates, done } = serverOf([
    certificate("theirs", 1),
    certificate("holdfast_tde_old", 3),
  ]);
  const { notes, stored } = await keep(certificates, "Shop");
  assert.deepEqual(stored, ["theirs", "holdfast_tde_new"]);
  assert.deepEqual(done, ["renew holdfast_tde_old"]);
  assert.match(notes[0] ?? "", /ends soon/);
});

test("a certificate that cannot be replaced is told and kept, and fails no backup", async () => {
  const { certificates } = serverOf([certificate("holdfast_tde_old", 3)], {
    renew: () =>
      Promise.reject(failure({ code: "SERVER_QUERY_FAILED", summary: "No", detail: "Read-only." })),
  });
  const { notes, stored } = await keep(certificates, "Shop");
  assert.deepEqual(stored, ["holdfast_tde_old"]);
  assert.match(notes.join(), /could not be replaced.*Read-only/);
});

test("a server gets its first certificate with a backup of master only", async () => {
  const made = certificate("holdfast_tde_first", 700);
  const { certificates } = serverOf([made], { ensure: () => Promise.resolve(made) });
  assert.match((await keep(certificates, "master")).notes[0] ?? "", /was made in master/);
  assert.deepEqual((await keep(certificates, "msdb")).notes, []);
});

test("a key that the login may not read is told, and fails no backup; other failures do", async () => {
  const refused = (code: "CERTIFICATE_NOT_READABLE" | "SERVER_CONNECTION_LOST") => () =>
    Promise.reject(failure({ code, summary: "No", detail: "The login may not." }));
  const { certificates } = serverOf([certificate("theirs", 9)], {
    read: refused("CERTIFICATE_NOT_READABLE"),
  });
  assert.deepEqual(await keep(certificates, "Shop"), { notes: ["The login may not."], stored: [] });
  const lost = serverOf([certificate("theirs", 9)], { read: refused("SERVER_CONNECTION_LOST") });
  await assert.rejects(keep(lost.certificates, "Shop"));
});
