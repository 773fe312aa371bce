interface Ready {
  readonly kind: string;
  readonly host: string;
  readonly port: number;
  readonly caFile: string;
  readonly password: string | undefined;
  readonly azure: Readonly<Record<string, string>> | undefined;
  readonly place:
    | {
        readonly subscriptionId: string;
        readonly resourceGroup: string;
        readonly name: string;
      }
    | undefined;
}

/** How to reach a sandbox: who signs in, and the blocks that a configuration needs, ready to copy. */
export function formatReady(ready: Ready): string {
  const { host, port, password, azure } = ready;
  const secret = password ?? "(from HOLDFAST_SANDBOX_PASSWORD)";
  return `Sandbox ready: SQL Server's protocol on ${host}:${port}

  username  sa
  password  ${secret}

In a configuration, with the password in SANDBOX_PASSWORD:

${blocksOf(ready)}
${azure === undefined ? "" : azureText(azure)}Stop it with Ctrl-C.
`;
}

function blocksOf({ kind, host, port, caFile, place }: Ready): string {
  const azure =
    place === undefined
      ? ""
      : `
      azure {
        subscription_id = ${JSON.stringify(place.subscriptionId)}
        resource_group  = ${JSON.stringify(place.resourceGroup)}
        name            = ${JSON.stringify(place.name)}
      }`;
  return `    credential "sandbox" {
      type         = "sql_password"
      username     = "sa"
      password_env = "SANDBOX_PASSWORD"
    }
    server "sandbox" {
      kind       = "${kind}"
      host       = "${host}"
      port       = ${port}
      credential = credential.sandbox
      tls {
        ca_file     = ${quoted(caFile)}
        server_name = "localhost"
      }${azure}
    }
`;
}

/** As a text of the language, in which `${` and `%{` begin a template. */
function quoted(path: string): string {
  return JSON.stringify(path).replaceAll(/[$%](?=\{)/g, "$&$&");
}

function azureText(environment: Readonly<Record<string, string>>): string {
  const lines = Object.entries(environment).map(([name, value]) => `  ${name}=${value}\n`);
  return `Azure Resource Manager and Microsoft Entra, of this sandbox alone. Its clients need in
their environment (the secrets are good for this run only):

${lines.join("")}
`;
}
