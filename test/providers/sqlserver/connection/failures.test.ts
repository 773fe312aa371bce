import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAddress } from "../../../../core/address/address.ts";
import type { Code } from "../../../../core/diagnostics/codes.ts";
import {
  connectFailure,
  isPassing,
  statementFailure,
} from "../../../../providers/sqlserver/connection/failures.ts";
import type { ServerError } from "../../../../providers/sqlserver/connection/server-error.ts";
import { withCode } from "../../../support/with-code.ts";

const place = {
  target: {
    address: formatAddress("server", "orders"),
    host: "db.example",
    port: 1433,
    username: "backup",
    tls: { trustServerCertificate: false },
  },
  database: "Orders",
};

function said(number: number, message: string): ServerError {
  return { number, class: 14, line: 3, procedure: "", message };
}

function coded(code: string, cause?: Error): Error {
  return Object.assign(new Error("lost", { cause }), { code });
}

const CONNECT: readonly (readonly [string, Error, readonly ServerError[], Code, string])[] = [
  ["unknown name", coded("ESOCKET", coded("ENOTFOUND")), [], "SERVER_UNREACHABLE", "DNS"],
  [
    "closed port",
    coded("ESOCKET", coded("ECONNREFUSED")),
    [],
    "SERVER_UNREACHABLE",
    "db.example:1433",
  ],
  ["no answer", coded("ETIMEOUT"), [], "SERVER_UNREACHABLE", "in time"],
  ["no TLS", coded("EENCRYPT"), [], "SERVER_UNREACHABLE", "TLS"],
  [
    "wrong password",
    coded("ELOGIN"),
    [said(18456, "Login failed.")],
    "SERVER_SIGN_IN_FAILED",
    "backup",
  ],
  ["locked login", coded("ELOGIN"), [said(18486, "Locked.")], "SERVER_SIGN_IN_FAILED", "Locked."],
  [
    "no such database",
    coded("ELOGIN"),
    [said(4060, "Cannot open database."), said(18456, "Login failed.")],
    "SERVER_PERMISSION_MISSING",
    "Orders",
  ],
  [
    "firewall of Azure",
    coded("ELOGIN"),
    [said(40615, "Not allowed.")],
    "SERVER_FIREWALL",
    "Not allowed.",
  ],
  [
    "self-signed certificate",
    coded("ESOCKET", coded("DEPTH_ZERO_SELF_SIGNED_CERT")),
    [],
    "SERVER_CERTIFICATE_NOT_TRUSTED",
    "ca_file",
  ],
  [
    "certificate for another name",
    coded("ESOCKET", coded("ERR_TLS_CERT_ALTNAME_INVALID")),
    [],
    "SERVER_CERTIFICATE_NOT_TRUSTED",
    "server_name",
  ],
];

for (const [title, cause, errors, code, word] of CONNECT) {
  test(`connecting: ${title} is told as ${code}`, () => {
    withCode(code, word)(connectFailure(place, cause, errors));
  });
}

const STATEMENTS: readonly (readonly [number, Code])[] = [
  [229, "SERVER_PERMISSION_MISSING"],
  [262, "SERVER_PERMISSION_MISSING"],
  [297, "SERVER_PERMISSION_MISSING"],
  [300, "SERVER_PERMISSION_MISSING"],
  [916, "SERVER_PERMISSION_MISSING"],
  [208, "SERVER_QUERY_FAILED"],
  [3961, "SERVER_QUERY_FAILED"],
];

for (const [number, code] of STATEMENTS) {
  test(`running: error ${number} is told as ${code} with the server's words`, () => {
    const error = Object.assign(new Error("Said so."), { number, class: 16, lineNumber: 7 });
    withCode(code, "Said so.")(statementFailure(place, error));
  });
}

test("running: several errors are told by the first that has a meaning of its own", () => {
  const first = Object.assign(new Error("Part one."), { number: 3930 });
  const second = Object.assign(new Error("No right."), { number: 229 });
  const failed = statementFailure(place, new AggregateError([first, second]));
  withCode("SERVER_PERMISSION_MISSING", "No right.")(failed);
});

test("running: an answer that is not of the protocol is no lost connection, and does not pass by itself", () => {
  for (const text of [
    "Unknown type: 66",
    "Unrecognised data type 0x28",
    "the rows end too early",
  ]) {
    const failed = statementFailure(place, new Error(text));
    withCode("SERVER_STREAM_MALFORMED", text, "db.example:1433")(failed);
    assert.equal(isPassing(failed), false);
  }
  const lost = Object.assign(new Error("unexpected end of data"), { code: "ECONNRESET" });
  withCode("SERVER_CONNECTION_LOST")(statementFailure(place, lost));
});

test("running: an end without a word of the server is a lost connection", () => {
  withCode("SERVER_CONNECTION_LOST", "db.example:1433")(statementFailure(place, coded("ESOCKET")));
  assert.equal(statementFailure(place, coded("ECLOSE")).diagnostic.address, "server.orders");
});
