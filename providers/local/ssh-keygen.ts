import { spawn } from "node:child_process";
import { errnoOf } from "./file-failure.ts";

export interface SigningRequest {
  readonly message: Uint8Array;
  /** What the signature is for. */
  readonly namespace: string;
  /** Absolute; of a private key, or of the public half of one that an agent holds. */
  readonly keyFile: string;
}

/** How a run of ssh-keygen ended. */
export type SigningOutcome =
  | { readonly kind: "signed"; readonly armor: string }
  | { readonly kind: "failed"; readonly complaint: string }
  | { readonly kind: "missing" };

/** How much of its complaint is kept, in characters. */
const KEPT = 1000;

/**
 * Signs with OpenSSH, which asks for a passphrase on the terminal itself, and knows agents and hardware. Rejects when
 * aborted.
 */
export function signBySshKeygen(
  { message, namespace, keyFile }: SigningRequest,
  { signal }: { readonly signal: AbortSignal },
): Promise<SigningOutcome> {
  const { promise, resolve, reject } = Promise.withResolvers<SigningOutcome>();
  const words = ["-Y", "sign", "-n", namespace, "-f", keyFile];
  const child = spawn("ssh-keygen", words, {
    signal,
    stdio: ["pipe", "pipe", "pipe"],
    windowsHide: true,
  });
  let armor = "";
  let complaint = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    armor += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaint = (complaint + text).slice(-KEPT);
  });
  child.on("error", (error) => {
    if (errnoOf(error) === "ENOENT") resolve({ kind: "missing" });
    else reject(error);
  });
  child.on("close", (code) => {
    const lines = complaint.trim().split(/\r?\n/);
    resolve(
      code === 0 ? { kind: "signed", armor } : { kind: "failed", complaint: lines.at(-1) ?? "" },
    );
  });
  // What it does not read any more, its exit code tells of.
  child.stdin.on("error", () => undefined);
  child.stdin.end(message);
  return promise;
}
