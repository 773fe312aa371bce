import { type RotatedVault, rotateKey } from "../../core/operations/rotate-key.ts";
import { verifyCommand } from "../views/verify-command.ts";
import type { CommandContext } from "./command.ts";
import { type FlagSpec, type Flags, usageError } from "./flags.ts";
import { diagnosticsHost, printJson } from "./tell.ts";

/** The verb of `vault` that gives a vault another key. */
export const ROTATE_KEY_VERB = {
  least: 1,
  most: 2,
  usage: "rotate-key [VAULT] -new-key-env NAME",
  flags: ["new-key-env", "new-key-file", "new-key-vault-key", "json"],
  run,
} as const;

export const ROTATE_KEY_FLAGS: readonly FlagSpec[] = [
  {
    name: "new-key-env",
    kind: "value",
    placeholder: "NAME",
    description: "rotate-key: the environment variable that holds the new key.",
  },
  {
    name: "new-key-file",
    kind: "value",
    placeholder: "FILE",
    description: "rotate-key: the file that holds the new key.",
  },
  {
    name: "new-key-vault-key",
    kind: "value",
    placeholder: "ID",
    description: "rotate-key: the key of Azure Key Vault that wraps the new key.",
  },
];

async function run(flags: Flags, context: CommandContext): Promise<number> {
  const [, place] = flags.positionals;
  const environment = flags.value("new-key-env") ?? null;
  const file = flags.value("new-key-file") ?? null;
  const keyVaultKey = flags.value("new-key-vault-key") ?? null;
  if ([environment, file, keyVaultKey].filter((place) => place !== null).length !== 1) {
    throw usageError(
      "rotate-key needs the new key: -new-key-env NAME, -new-key-file FILE or -new-key-vault-key ID.",
    );
  }
  const isJson = flags.isOn("json");
  const ports = await context.ports(diagnosticsHost(isJson, context));
  const rotated = await rotateKey({ place, newKey: { environment, file, keyVaultKey } }, ports);
  if (isJson) printJson(toJson(rotated), context);
  else context.stdout(formatRotation(rotated));
  return 0;
}

function toJson({ name, rotation }: RotatedVault) {
  const { epoch, outcome, removedWraps, otherWraps } = rotation;
  return {
    vault: name,
    outcome,
    epoch,
    removed_key_blobs: removedWraps,
    other_key_blobs: otherWraps,
  };
}

function formatRotation({ name, rotation, keyPlace, newLine }: RotatedVault): string {
  const { epoch, otherWraps } = rotation;
  const others =
    otherWraps === 0
      ? ""
      : `\n${otherWraps} key blobs belong to other keys and were left alone: such a key may open the vault too.\n`;
  return (
    `${name} opens with the new key only. What is written from now on is encrypted by data key ${epoch}; what is there is written anew bit by bit, a share with each prune.\n${others}` +
    `\n${formatTodo({ keyPlace, newLine })}, start a running \`holdfast run\` again, and check:\n\n    holdfast ${verifyCommand(name)}\n\n` +
    "Keep the old key for copies of the vault that were made before: only it opens those.\n"
  );
}

function formatTodo({ keyPlace, newLine }: Pick<RotatedVault, "keyPlace" | "newLine">): string {
  return newLine === null
    ? `Put the new key where the vault's key is looked for, ${keyPlace}`
    : `Write into the vault's encryption, in place of what is there,\n\n    ${newLine}\n\nand apply`;
}
