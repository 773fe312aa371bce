# The whole of a Holdfast configuration: where, with which right, kept how long, stored in which vault.

variable "port" {
  type    = number
  default = 14330
}

variable "ca_file" {
  type        = string
  description = "The authority that signed the server's certificate."
  default     = "./ca.pem"
}

credential "shop" {
  type         = "sql_password"
  username     = "sa"
  password_env = "HOLDFAST_SANDBOX_PASSWORD"
}

server "shop" {
  kind       = "sql_server"
  host       = "127.0.0.1"
  port       = var.port
  credential = credential.shop
  tls { ca_file = var.ca_file }
}

vault "local" {
  storage "local" { path = "./vault" }
  encryption { key_env = "HOLDFAST_VAULT_KEY" }
}

retention "standard" {
  daily    = 10
  weekly   = 4
  monthly  = 12
  timezone = "Europe/Vienna"
}

policy "nightly" {
  method    = "snapshot"
  retention = retention.standard
  full { schedule = "0 21 * * *" }
}

backup_set "shop" {
  server = server.shop
  policy = policy.nightly
  vault  = vault.local
  databases { include = ["Shop"] }
}
