import type { ProjectOptions } from "./test-project.ts";

/** The blocks of `configurationOf` in the JSON syntax. */
export function jsonConfigurationOf({ signIn, databases }: ProjectOptions): string {
  const { host, port, username, caFile, trustServerCertificate } = signIn;
  const tls =
    caFile === undefined
      ? { trust_server_certificate: trustServerCertificate }
      : { ca_file: caFile, server_name: "localhost" };
  const configuration = {
    credential: {
      main: { type: "sql_password", username, password_env: "TEST_SERVER_PASSWORD" },
    },
    server: {
      main: { kind: "sql_server", host, port, credential: `\${credential.main}`, tls },
    },
    vault: {
      main: {
        storage: { local: { path: "./vault" } },
        encryption: { key_env: "TEST_VAULT_KEY" },
      },
    },
    retention: { standard: { daily: 10, weekly: 4, timezone: "America/Los_Angeles" } },
    policy: {
      gold: {
        method: "snapshot",
        retention: `\${retention.standard}`,
        full: { schedule: "0 12 * * WED" },
      },
    },
    backup_set: {
      data: {
        server: `\${server.main}`,
        policy: `\${policy.gold}`,
        vault: `\${vault.main}`,
        databases: { include: databases },
      },
    },
  };
  return `${JSON.stringify(configuration, null, 2)}\n`;
}
