/** A server and how to sign in to it, for configurations of tests. */
export const SERVER_BLOCKS = `
credential "ci" {
  type         = "sql_password"
  username     = "backup"
  password_env = "TEST_PASSWORD"
}
server "orders" {
  kind       = "sql_server"
  host       = "orders.example"
  credential = credential.ci
}
`;

/** A vault in a folder, with its key in TEST_KEY. */
export function vaultBlock(path = "./vault"): string {
  return `vault "main" {
  storage "local" { path = "${path}" }
  encryption { key_env = "TEST_KEY" }
}
`;
}

/** The policy that the backup set of `SET_BLOCK` follows. */
export function policyBlock(method: "snapshot" | "native", schedule: string): string {
  return `policy "gold" {
  method    = "${method}"
  retention = retention.standard
  full { schedule = "${schedule}" }
}
`;
}

/** Backs up all databases of the server of `SERVER_BLOCKS`. */
export const SET_BLOCK = `backup_set "orders" {
  server = server.orders
  policy = policy.gold
  vault  = vault.main
  databases { include = ["*"] }
}
`;

/** Server, vault in `path`, a policy of full backups at noon and a backup set: all but the retention. */
export function sampleBlocks(path: string, method: "snapshot" | "native"): string {
  return SERVER_BLOCKS + vaultBlock(path) + policyBlock(method, "0 12 * * *") + SET_BLOCK;
}
