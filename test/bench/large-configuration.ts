const SHARED = `variable "domain" {
  type    = string
  default = "contoso.example"
}

locals {
  teams = [for at in range(20) : "team-\${at}"]
}

vault "main" {
  storage "local" { path = "./vault" }
  encryption { key_env = "HOLDFAST_VAULT_KEY" }
}
`;

/** Five blocks for one server and its databases, with references, templates, conditions and functions. */
function groupOf(at: number): string {
  return `
# Server ${at}: who asked for it and when, whom to call when its backup fails, what it is good for.
credential "c${at}" {
  type         = "sql_password"
  username     = "backup_\${lower(local.teams[${at % 20}])}"
  password_env = "PASSWORD_OF_SERVER_${at}" # never the secret itself
}

server "s${at}" {
  kind       = "sql_server"
  host       = "sql-${at}.\${local.teams[${at % 20}]}.\${var.domain}"
  port       = ${at} % 7 == 0 ? 1433 : 14330 + ${at % 9}
  credential = credential.c${at}
  tls {
    ca_file = "./certificates/\${upper("ca")}-${at % 20}.pem"
  }
}

retention "r${at}" {
  daily    = max(7, ${at % 35})
  weekly   = length([for team in local.teams : team if team != "team-${at % 20}"]) - 15
  monthly  = 12
  timezone = "Europe/Berlin"
}

policy "p${at}" {
  method    = "snapshot"
  retention = retention.r${at}
  timezone  = "Europe/Berlin"
  full { schedule = "${at % 60} ${at % 24} * * *" }
  bandwidth_limit = ${at} % 2 == 0 ? "200MB" : null
  window {
    start    = format("%02d:00", ${at % 24})
    duration = "8h"
  }
}

backup_set "b${at}" {
  server = server.s${at}
  policy = policy.p${at}
  vault  = vault.main
  databases {
    include = ["Orders_*", "Shop_${at}", "\${title(local.teams[${at % 20}])}_*"]
    exclude = concat(["*_test"], ["tempdb_${at}"])
  }
}
`;
}

/** A valid configuration of this many blocks of 240 bytes each, as a generator of servers would write it. */
export function largeConfiguration(blocks: number): string {
  const groups = Array.from({ length: Math.ceil(blocks / 5) }, (_, at) => groupOf(at));
  return SHARED + groups.join("");
}
