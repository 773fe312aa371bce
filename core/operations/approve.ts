import { type DiagnosticError, failure, warningDiagnostic } from "../diagnostics/diagnostic.ts";
import {
  APPROVAL_NAMESPACE,
  type Approver,
  declaredKeys,
  type PlanApprovals,
} from "../plan/approvals/count-approvals.ts";
import { checkFreshness } from "../plan/freshness.ts";
import { readPrivateKey } from "../ssh/private-key.ts";
import { tryParsePublicKeyLine } from "../ssh/public-key.ts";
import { signMessage } from "../ssh/sign.ts";
import { armorSignature, signaturesIn, verifySignature } from "../ssh/signature.ts";
import { approvalsOf, approvalsPath, countedRules, readApprovals } from "./approvals.ts";
import { type OpenedPlan, openCurrentPlan } from "./plan-files.ts";
import type { Ports } from "./ports.ts";

export interface Approval {
  readonly approver: Approver;
  /** False where this key had approved this plan before. */
  readonly isNew: boolean;
  readonly approvals: PlanApprovals;
}

/**
 * Opens a plan that may be approved, as `openCurrentPlan`. What it does can be approved though the catalog has moved on
 * (PLAN_BEHIND): only the same is applied then, planned again.
 */
export async function openForApproval(path: string, ports: Ports): Promise<OpenedPlan> {
  const opened = await openCurrentPlan(path, ports);
  await using catalog = await ports.catalogs.openReader(opened.catalogPath);
  if (checkFreshness(opened.plan, await catalog.version()) !== undefined)
    ports.host.emit({ type: "diagnostic", diagnostic: behind(path) });
  return opened;
}

function behind(path: string) {
  return warningDiagnostic({
    code: "PLAN_BEHIND",
    summary: "Catalog has moved on",
    detail: `The catalog has changed since ${path} was made, by a backup perhaps, so apply refuses the file as it is. An approval still counts for what it does: sync, and the command below, plan again and apply that if it does no more.\n\n    holdfast apply ${path} -replan`,
  });
}

/**
 * Signs the bytes of a plan file and keeps the signature beside it. `keyFile` is the file of a private key, or of the
 * public half of one that an agent or hardware holds; without it, the usual file of the person whose public key is
 * declared. APPROVAL_KEY_UNKNOWN, APPROVAL_KEY_UNUSABLE, FILE_*.
 */
export async function approvePlan(
  opened: OpenedPlan,
  keyFile: string | undefined,
  ports: Ports,
): Promise<Approval> {
  const declared = declaredKeys((await countedRules(opened, ports)).flatMap(({ keys }) => keys));
  const path = keyFile ?? (await usualKey(declared, ports));
  const signature = await sign(path, opened.bytes, ports);
  const what = { message: opened.bytes, namespace: APPROVAL_NAMESPACE };
  const signer = verifySignature(signature, what);
  if (signer === undefined) throw unusable(path, "the signature that it gave is not right");
  const approver = declared.get(signer.fingerprint);
  if (approver === undefined) throw notDeclared(`${path} (${signer.fingerprint})`, declared);
  const before = await readApprovals(opened.path, ports);
  const isNew = !signaturesIn(before).some(
    (each) => verifySignature(each, what)?.fingerprint === signer.fingerprint,
  );
  if (isNew) {
    const text = `${before}${armorSignature(signature)}`;
    await ports.files.write(approvalsPath(opened.path), new TextEncoder().encode(text));
  }
  return { approver, isNew, approvals: await approvalsOf(opened, ports) };
}

async function sign(path: string, message: Uint8Array, ports: Ports): Promise<Uint8Array> {
  const text = new TextDecoder().decode(await ports.files.read(path));
  const what = { message, namespace: APPROVAL_NAMESPACE };
  const key = readPrivateKey(text);
  if (key.status === "open") return signMessage(key, what);
  if (key.status === "unknown" && tryParsePublicKeyLine(text) === undefined) {
    throw unusable(path, "it is no SSH key that can sign");
  }
  const outcome = await ports.signBySshKeygen({ ...what, keyFile: ports.files.resolve(path) });
  if (outcome.kind === "missing") {
    const why = `${key.status === "encrypted" ? "it is behind a passphrase" : "an agent or hardware has its secret"}, which is left to OpenSSH, and there is no ssh-keygen here`;
    throw unusable(path, why);
  }
  const [signature] = outcome.kind === "signed" ? signaturesIn(outcome.armor) : [];
  if (signature !== undefined) return signature;
  throw unusable(
    path,
    `ssh-keygen: ${outcome.kind === "failed" ? outcome.complaint : "no signature"}`,
  );
}

const USUAL = ["id_ed25519", "id_ecdsa", "id_rsa", "id_ed25519_sk", "id_ecdsa_sk"];

/** The first of the usual keys that is declared. Only public halves are looked at. */
async function usualKey(declared: ReadonlyMap<string, Approver>, ports: Ports): Promise<string> {
  const home = ports.environment("HOME") ?? ports.environment("USERPROFILE");
  for (const name of home === undefined ? [] : USUAL) {
    const path = `${home}/.ssh/${name}`;
    const line = await tryReadText(`${path}.pub`, ports);
    const key = line === undefined ? undefined : tryParsePublicKeyLine(line);
    if (key !== undefined && declared.has(key.fingerprint)) return path;
  }
  throw notDeclared("None of the usual keys in ~/.ssh", declared);
}

async function tryReadText(path: string, ports: Ports): Promise<string | undefined> {
  try {
    return new TextDecoder().decode(await ports.files.read(path));
  } catch {
    return undefined;
  }
}

function notDeclared(what: string, declared: ReadonlyMap<string, Approver>): DiagnosticError {
  const names = [...declared.values()].map(({ name }) => `    ${name}`).join("\n");
  const who =
    names === ""
      ? "The configuration declares nobody who may: name public keys in approvals of the holdfast block, and apply that first."
      : `Nothing was signed. Give the file of one of these keys with -key FILE:\n\n${names}`;
  const verb = what.startsWith("None") ? "is" : "is not";
  return failure({
    code: "APPROVAL_KEY_UNKNOWN",
    summary: "Key that may not approve",
    detail: `${what} ${verb} among the keys that may approve this plan. ${who}`,
  });
}

function unusable(path: string, why: string): DiagnosticError {
  return failure({
    code: "APPROVAL_KEY_UNUSABLE",
    summary: "Key not usable",
    detail: `${path} signed nothing: ${why}. Give another key with -key FILE, or sign with OpenSSH and append what it prints to the .approvals file beside the plan:\n\n    ssh-keygen -Y sign -n ${APPROVAL_NAMESPACE} -f KEY < PLAN`,
  });
}
