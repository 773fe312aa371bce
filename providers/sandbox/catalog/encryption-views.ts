import type { SystemContext } from "../engine/system-registry.ts";
import type { Certificate } from "../storage/certificates.ts";
import type { Database } from "../storage/database.ts";
import { raise } from "../values/sql-exception.ts";
import { bytesOfHex, type ViewDefinition, type ViewRow } from "./view-definition.ts";

/** Documentation of sys.certificates, pvt_key_encryption_type. */
function keeperOf({ privateKey, keyPasswordHash }: Certificate): readonly [string, string] {
  if (privateKey === undefined) return ["NA", "NO_PRIVATE_KEY"];
  return keyPasswordHash === undefined
    ? ["MK", "ENCRYPTED_BY_MASTER_KEY"]
    : ["PW", "ENCRYPTED_BY_PASSWORD"];
}

function certificateRow(certificate: Certificate): ViewRow {
  const [code, description] = keeperOf(certificate);
  return {
    name: certificate.name,
    certificate_id: certificate.certificateId,
    principal_id: certificate.principalId,
    pvt_key_encryption_type: code,
    pvt_key_encryption_type_desc: description,
    is_active_for_begin_dialog: 1,
    issuer_name: certificate.issuer,
    cert_serial_number: certificate.serialNumber.match(/../g)?.join(" ").toLowerCase(),
    subject: certificate.subject,
    expiry_date: certificate.expiryDate,
    start_date: certificate.startDate,
    thumbprint: bytesOfHex(certificate.thumbprint),
    key_length: certificate.keyLength,
  };
}

/** The master key is the one symmetric key that the sandbox knows. */
function masterKeyRow({ options }: Database): ViewRow[] {
  const { masterKey } = options;
  if (masterKey === undefined) return [];
  return [
    {
      name: "##MS_DatabaseMasterKey##",
      principal_id: 1,
      symmetric_key_id: 101,
      key_length: 256,
      key_algorithm: "A3",
      algorithm_desc: "AES_256",
      create_date: masterKey.createDate,
      modify_date: masterKey.createDate,
    },
  ];
}

const STATES = { on: [3, "ENCRYPTED"], off: [1, "UNENCRYPTED"] } as const;

function keyRow({ databaseId, options }: Database): ViewRow[] {
  const key = options.encryptionKey;
  if (key === undefined) return [];
  const [state, description] = key.isOn ? STATES.on : STATES.off;
  return [
    {
      database_id: databaseId,
      encryption_state: state,
      create_date: key.createDate,
      regenerate_date: key.modifyDate,
      modify_date: key.modifyDate,
      set_date: key.setDate ?? key.createDate,
      opened_date: key.modifyDate,
      key_algorithm: key.algorithm,
      key_length: key.keyLength,
      encryptor_thumbprint: key.thumbprint === undefined ? null : bytesOfHex(key.thumbprint),
      encryptor_type: "CERTIFICATE",
      percent_complete: 0,
      encryption_state_desc: description,
      encryption_scan_state: 0,
      encryption_scan_state_desc: "NONE",
    },
  ];
}

function keyRows(context: SystemContext): ViewRow[] {
  const { server, session } = context;
  const isService = server.flavour === "azure_sql";
  if (!isService && !context.hasServerPermission("VIEW SERVER STATE")) {
    raise(300, "VIEW SERVER STATE permission was denied on object 'server', database 'master'.", {
      class: 14,
    });
  }
  const isMaster = session.database.databaseId === 1;
  return [...server.databases.values()]
    .filter(
      ({ databaseId }) => !isService || isMaster || databaseId === session.database.databaseId,
    )
    .flatMap(keyRow);
}

export const ENCRYPTION_VIEWS: readonly ViewDefinition[] = [
  {
    name: "sys.certificates",
    columns:
      "name sysname, certificate_id int, principal_id int, pvt_key_encryption_type code2, pvt_key_encryption_type_desc desc?, is_active_for_begin_dialog bit, issuer_name longname?, cert_serial_number desc?, sid sid?, string_sid sysname?, subject longname?, expiry_date datetime?, start_date datetime?, thumbprint hash, attested_by path?, pvt_key_last_backup_date datetime?, key_length int?",
    rows: ({ database }) => [...database.catalog.certificates.values()].map(certificateRow),
  },
  {
    name: "sys.symmetric_keys",
    columns:
      "name sysname, principal_id int, symmetric_key_id int, key_length int, key_algorithm code2, algorithm_desc desc?, create_date datetime, modify_date datetime, key_guid guid?, key_thumbprint variant?, provider_type desc?, cryptographic_provider_guid guid?, cryptographic_provider_algid variant?",
    rows: ({ database }) => masterKeyRow(database),
  },
  {
    name: "sys.dm_database_encryption_keys",
    columns:
      "database_id int, encryption_state int, create_date datetime, regenerate_date datetime, modify_date datetime, set_date datetime, opened_date datetime, key_algorithm short, key_length int, encryptor_thumbprint hash?, encryptor_type short, percent_complete real, encryption_state_desc short, encryption_scan_state int, encryption_scan_state_desc short, encryption_scan_modify_date datetime?",
    rows: keyRows,
  },
];
