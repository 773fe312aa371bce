import { RESOURCES } from "../../../schemas/blocks/resources.ts";
import type { ForeignName } from "../../language/body.ts";

const NO_PROVIDERS =
  "Holdfast has no providers: a server block says where a server is, a credential block how to sign in.";
const NO_BACKEND =
  'Holdfast has no state: say where the catalog is with catalog "local" { path = "…" }.';

/** Blocks of Terraform that people write at the top of a file. */
const BLOCKS: Readonly<Record<string, string>> = {
  terraform:
    "Settings of the whole configuration stand in a block holdfast { }, such as required_version and catalog.",
  provider: NO_PROVIDERS,
  required_providers: NO_PROVIDERS,
  backend: NO_BACKEND,
  cloud: NO_BACKEND,
  resource: 'The type of a block stands alone: write server "NAME" { } without the word resource.',
  ephemeral: "A variable may be ephemeral; there are no ephemeral blocks.",
  local: "Local values stand in a block locals { }.",
  variables: 'Each variable has a block of its own: variable "NAME" { }.',
};

/** What to tell those who write an argument, or a block of Terraform, at the top of a file. */
export function foreignBlock(name: string, labels?: readonly string[]): ForeignName | undefined {
  if (labels === undefined) {
    const sentence = `Arguments stand in blocks; a value for several of them stands in locals { ${name} = … }.`;
    return { sentence };
  }
  const [type, own = "NAME"] = labels;
  if (name === "resource" && type !== undefined) {
    const known = Object.keys(RESOURCES);
    if (!known.includes(type)) {
      const list = known.join(", ");
      return { sentence: `Holdfast has no resources of providers; its own blocks are ${list}.` };
    }
    const sentence = `The type of a block stands alone: write ${type} "${own}" { } without the word resource.`;
    return { sentence, meant: type };
  }
  return Object.hasOwn(BLOCKS, name) ? { sentence: BLOCKS[name] ?? "" } : undefined;
}

const NO_SECRET =
  "A secret never stands in a configuration. Put it into an environment variable and write the name of that in password_env, or into a file and write its path in password_file.";

function inLifecycle(name: string): ForeignName {
  return { sentence: `It stands in a block: lifecycle { ${name} = … }.` };
}

/** Names inside a block: of Terraform, and those under which people look for the place of a secret. */
const ARGUMENTS: Readonly<Record<string, ForeignName>> = {
  required_providers: { sentence: NO_PROVIDERS },
  provider: { sentence: NO_PROVIDERS },
  providers: { sentence: NO_PROVIDERS },
  backend: { sentence: NO_BACKEND },
  cloud: { sentence: NO_BACKEND },
  provisioner: { sentence: "Holdfast runs no programs of yours." },
  connection: {
    sentence: "A server block says how it is reached: host, port, tls and credential.",
  },
  password: { sentence: NO_SECRET, meant: "password_env", isSecret: true },
  secret: { sentence: NO_SECRET, meant: "password_env", isSecret: true },
  client_secret: { sentence: NO_SECRET, meant: "password_env", isSecret: true },
  connection_string: { sentence: NO_SECRET, isSecret: true },
  prevent_destroy: inLifecycle("prevent_destroy"),
  create_before_destroy: inLifecycle("create_before_destroy"),
  ignore_changes: inLifecycle("ignore_changes"),
  replace_triggered_by: inLifecycle("replace_triggered_by"),
  destroy: inLifecycle("destroy"),
};

/** What to tell those who write, inside a block, a name that belongs elsewhere. */
export function foreignArgument(name: string): ForeignName | undefined {
  return Object.hasOwn(ARGUMENTS, name) ? ARGUMENTS[name] : undefined;
}
