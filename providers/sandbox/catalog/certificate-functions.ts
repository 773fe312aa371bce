import { encodePrivateKey } from "../engine/certificates/private-key-file.ts";
import { isPassword } from "../engine/session/passwords.ts";
import type { SystemContext } from "../engine/system-registry.ts";
import type { Certificate } from "../storage/certificates.ts";
import type { SqlType, SqlValue } from "../values/sql-type.ts";
import { INT, type MetadataFunction, numberOf, SYSNAME, textOf } from "./metadata-function.ts";

const BYTES: SqlType = { name: "varbinary", length: 8000 };

type Parameters = readonly SqlValue[];

function certificateId({ database }: SystemContext, [name]: Parameters): SqlValue {
  const { catalog } = database;
  const wanted = (textOf(name) ?? "").replace(/^\[(.*)\]$/s, "$1");
  return (
    catalog.certificates.values().find((item) => catalog.sameName(item.name, wanted))
      ?.certificateId ?? null
  );
}

function find({ database }: SystemContext, id: SqlValue | undefined): Certificate | undefined {
  return database.catalog.certificates.get(numberOf(id) ?? 0);
}

function encoded(context: SystemContext, [id]: Parameters): SqlValue {
  return find(context, id)?.encoded ?? null;
}

/** In the PVK format, under the password given. NULL for who does not control the database, and where the password that keeps it is wrong. */
function privateKey(context: SystemContext, [id, password, keeper]: Parameters): SqlValue {
  const certificate = find(context, id);
  const given = textOf(password);
  if (certificate?.privateKey === undefined || given === undefined) return null;
  if (!context.hasPermission("CONTROL", 0)) return null;
  const { keyPasswordHash } = certificate;
  const opens = keyPasswordHash === undefined || isPassword(textOf(keeper) ?? "", keyPasswordHash);
  if (!opens) return null;
  const salt = certificate.encoded.subarray(-16);
  return encodePrivateKey(certificate.privateKey, { password: given, salt });
}

export const CERTIFICATE_FUNCTIONS: readonly MetadataFunction[] = [
  { name: "CERT_ID", parameters: [SYSNAME], type: INT, value: certificateId },
  { name: "CERTENCODED", parameters: [INT], type: BYTES, value: encoded },
  {
    name: "CERTPRIVATEKEY",
    parameters: [INT, SYSNAME, SYSNAME],
    required: 2,
    type: BYTES,
    value: privateKey,
  },
];
