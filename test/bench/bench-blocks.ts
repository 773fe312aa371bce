/** A server and a vault for configurations whose servers and vaults are never asked. */
export const BENCH_BLOCKS = `credential "main" {
  type         = "sql_password"
  username     = "backup"
  password_env = "PASSWORD"
}

server "main" {
  kind       = "sql_server"
  host       = "sql.contoso.example"
  credential = credential.main
}

vault "main" {
  storage "local" { path = "./vault" }
  encryption { key_env = "HOLDFAST_VAULT_KEY" }
}
`;
