import type { Code } from "../../../core/diagnostics/codes.ts";
import { type DiagnosticError, failure } from "../../../core/diagnostics/diagnostic.ts";
import type { KeyVaultKeyId } from "../../../core/kit/key-vault-key-id.ts";
import { RetryHint } from "../../../core/storage/retry-hint.ts";

/** What was asked of which key. */
export interface KeyVaultAttempt {
  readonly key: KeyVaultKeyId;
  readonly permission: "get" | "wrapKey" | "unwrapKey";
}

/** An answer that is no success. */
export interface KeyVaultAnswer {
  readonly status: number;
  /** `{"error":{"code","message","innererror":{"code"}}}` */
  readonly value: Readonly<Record<string, unknown>> | undefined;
  readonly header: (name: string) => string | undefined;
}

type Explain = (attempt: KeyVaultAttempt, answer: KeyVaultAnswer) => DiagnosticError;

/** By the inner code of a 403; see learn.microsoft.com/azure/key-vault/general/rest-error-codes and Azure/azure-sdk-for-python#45342. */
const BY_INNER_CODE: Readonly<Record<string, Explain>> = {
  KeyDisabled: (attempt, answer) =>
    unusable(attempt, `is disabled (${told(answer)})`, {
      remedy: `az keyvault key set-attributes ${azKey(attempt)} --enabled true`,
    }),
  KeyExpired: (attempt, answer) =>
    unusable(attempt, `has expired, and an expired key wraps nothing new (${told(answer)})`, {
      remedy: `az keyvault key rotate ${azKey(attempt)}`,
    }),
  KeyNotYetValid: (attempt, answer) =>
    unusable(attempt, `is not valid yet (${told(answer)})`, {
      remedy: `az keyvault key show ${azKey(attempt)} --query attributes`,
    }),
  ForbiddenByFirewall: firewall,
  ForbiddenByConnection: firewall,
};

const BUSY: readonly number[] = [408, 429, 500, 502, 503, 504];

export function explainAnswer(attempt: KeyVaultAttempt, answer: KeyVaultAnswer): DiagnosticError {
  const { status } = answer;
  const known = BY_INNER_CODE[innerCodeOf(answer) ?? ""] ?? BY_INNER_CODE[codeOf(answer) ?? ""];
  if (known !== undefined) return known(attempt, answer);
  if (BUSY.includes(status)) return busy(attempt, answer);
  if (status === 401) return notAccepted(attempt, answer);
  if (status === 403) return forbidden(attempt, answer);
  if (status === 404) return missing(attempt, answer);
  return refused(attempt, answer);
}

/** KEY_VAULT_KEY_UNUSABLE. `what` goes on from the key's name; no full stop. */
export function unusable(
  { key }: KeyVaultAttempt,
  what: string,
  { remedy }: { readonly remedy: string },
): DiagnosticError {
  return problem(
    "KEY_VAULT_KEY_UNUSABLE",
    "Key of Azure Key Vault not usable",
    `${nameOf(key)} ${what}. Nothing was changed. Who looks after the Key Vault can mend it:\n\n    ${remedy}`,
  );
}

/** KEY_VAULT_SIGN_IN_FAILED. Of the error only its name and Entra's number of it are told: its text may hold more. */
export function signInFailed({ key }: KeyVaultAttempt, error: unknown): DiagnosticError {
  const text = error instanceof Error ? `${error.name} ${error.message}` : "";
  const name = error instanceof Error ? error.name : "no token";
  const number = /\bAADSTS\d+\b/.exec(text)?.[0];
  return problem(
    "KEY_VAULT_SIGN_IN_FAILED",
    "Sign-in to Azure Key Vault failed",
    `No token for ${key.vaultUrl} could be had (${number === undefined ? name : `${name}, ${number}`}). Nothing was read or changed. Without a credential in the vault's encryption, Holdfast takes what the machine has: variables of the environment, a workload or managed identity, or the Azure CLI. Write a credential of an Entra type, or sign in and run the command again:\n\n    az login`,
  );
}

export function unreachable({ key, permission }: KeyVaultAttempt, error: unknown): DiagnosticError {
  const code = error instanceof Error && "code" in error ? String(error.code) : "no answer";
  return problem(
    "KEY_VAULT_UNREACHABLE",
    "Azure Key Vault not reached",
    `${key.vaultUrl} gave no whole answer when it was asked to ${VERBS[permission]} (${code}). Nothing was changed. Check the name of the Key Vault, the network and the firewall, then run the command again.`,
  );
}

const VERBS: Readonly<Record<KeyVaultAttempt["permission"], string>> = {
  get: "show its key",
  wrapKey: "wrap the vault's key",
  unwrapKey: "unwrap the vault's key",
};

function forbidden(attempt: KeyVaultAttempt, answer: KeyVaultAnswer): DiagnosticError {
  const { key, permission } = attempt;
  return problem(
    "KEY_VAULT_FORBIDDEN",
    "Key of Azure Key Vault not allowed",
    `The identity lacks the permission ${permission} on ${nameOf(key)} (${told(answer)}). Holdfast needs unwrapKey to open the vault, and get and wrapKey to make it or to change its key. Nothing was read or changed. Grant all three, where the Key Vault has roles:\n\n` +
      `    az role assignment create --role "Key Vault Crypto Service Encryption User" --assignee IDENTITY --scope "$(az keyvault show ${azVault(attempt)} --query id -o tsv)"\n\n` +
      `or, where it has access policies:\n\n    az keyvault set-policy ${azVault(attempt)} --object-id IDENTITY --key-permissions get wrapKey unwrapKey`,
  );
}

function firewall(attempt: KeyVaultAttempt, answer: KeyVaultAnswer): DiagnosticError {
  return problem(
    "KEY_VAULT_FORBIDDEN",
    "Key of Azure Key Vault not allowed",
    `The firewall of ${attempt.key.vaultUrl} keeps this machine out (${told(answer)}). Nothing was read or changed. Let its address in, or use a private endpoint:\n\n    az keyvault network-rule add ${azVault(attempt)} --ip-address ADDRESS`,
  );
}

function notAccepted({ key }: KeyVaultAttempt, answer: KeyVaultAnswer): DiagnosticError {
  return problem(
    "KEY_VAULT_SIGN_IN_FAILED",
    "Sign-in to Azure Key Vault failed",
    `${key.vaultUrl} did not accept the token (${told(answer)}): the identity belongs to another tenant than the Key Vault, or this machine's clock is wrong. Nothing was read or changed. Write the tenant into the credential of the vault's encryption (tenant_id), then run the command again.`,
  );
}

function missing(attempt: KeyVaultAttempt, answer: KeyVaultAnswer): DiagnosticError {
  return problem(
    "KEY_VAULT_KEY_MISSING",
    "Key of Azure Key Vault not found",
    `${attempt.key.vaultUrl} has no key ${attempt.key.key}${attempt.key.version === undefined ? "" : ` of version ${attempt.key.version}`}, or it was deleted (${told(answer)}). Nothing was read or changed. A deleted key can be brought back until it is purged; once it is purged, nobody can open what only it wrapped:\n\n    az keyvault key recover ${azKey(attempt)}`,
  );
}

function busy({ key }: KeyVaultAttempt, answer: KeyVaultAnswer): DiagnosticError {
  const seconds = Number(answer.header("retry-after") ?? Number.NaN);
  return failure(
    {
      code: "KEY_VAULT_BUSY",
      summary: "Azure Key Vault busy",
      detail: `${key.vaultUrl} answered with ${told(answer)}. Nothing was changed. Run the command again later.`,
    },
    seconds > 0 ? new RetryHint(seconds * 1000) : undefined,
  );
}

function refused({ key, permission }: KeyVaultAttempt, answer: KeyVaultAnswer): DiagnosticError {
  return problem(
    "KEY_VAULT_REFUSED",
    "Azure Key Vault refused a request",
    `${key.vaultUrl} was asked to ${VERBS[permission]} with ${key.key} and answered ${told(answer)}. Nothing was changed. The code says what is wrong: learn.microsoft.com/azure/key-vault/general/rest-error-codes explains them.`,
  );
}

/** No answer and no request is kept as cause: both hold what nobody may see. */
function problem(code: Code, summary: string, detail: string): DiagnosticError {
  return failure({ code, summary, detail });
}

function nameOf({ vaultUrl, key, version }: KeyVaultKeyId): string {
  return `${vaultUrl}/keys/${key}${version === undefined ? "" : `/${version}`}`;
}

function azVault({ key }: KeyVaultAttempt): string {
  return `--name ${vaultNameOf(key)}`;
}

function azKey({ key }: KeyVaultAttempt): string {
  const version = key.version === undefined ? "" : ` --version ${key.version}`;
  return `--vault-name ${vaultNameOf(key)} --name ${key.key}${version}`;
}

function vaultNameOf({ vaultUrl }: KeyVaultKeyId): string {
  return new URL(vaultUrl).hostname.split(".")[0] ?? "";
}

/** Status, codes and the id by which Azure's support finds the request; never the message, which may repeat what was sent. */
function told(answer: KeyVaultAnswer): string {
  const codes = [codeOf(answer), innerCodeOf(answer)].filter((code) => code !== undefined);
  const id = answer.header("x-ms-request-id");
  const request = id === undefined ? "" : `, request ${id}`;
  return `${[answer.status, ...codes].join(" ")}${request}`;
}

function codeOf({ value }: KeyVaultAnswer): string | undefined {
  return textOf(memberOf(value, "error"), "code");
}

/** The service writes it in both ways. */
function innerCodeOf({ value }: KeyVaultAnswer): string | undefined {
  const error = memberOf(value, "error");
  const inner = memberOf(error, "innererror") ?? memberOf(error, "innerError");
  return textOf(inner, "code");
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}

function textOf(value: unknown, name: string): string | undefined {
  const text = memberOf(value, name);
  return typeof text === "string" && /^[A-Za-z]{1,40}$/.test(text) ? text : undefined;
}
