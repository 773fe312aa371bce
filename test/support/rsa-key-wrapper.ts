import {
  constants,
  generateKeyPairSync,
  type KeyObject,
  privateDecrypt,
  publicEncrypt,
} from "node:crypto";
import { failure } from "../../core/diagnostics/diagnostic.ts";
import type { KeyWrapper, WrappedKey } from "../../core/vault/vault.ts";

const OAEP = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" };

/** A key with versions that wraps in memory. Its RSA is real, and too short for anything but tests. */
export class RsaKeyWrapper implements KeyWrapper {
  readonly keyName: string;
  readonly disabled = new Set<string>();
  /** Everything that was wrapped, to look for it where it must not be. */
  readonly secrets: Uint8Array[] = [];
  /** Makes a call fail; gets `wrap` and `unwrap`. */
  isBroken: (call: "wrap" | "unwrap") => boolean = () => false;
  readonly #versions = new Map<string, { publicKey: KeyObject; privateKey: KeyObject }>();

  constructor(keyName: string) {
    this.keyName = keyName;
    this.addVersion();
  }

  addVersion(): void {
    const pair = generateKeyPairSync("rsa", { modulusLength: 1024 });
    this.#versions.set(`${this.keyName}/${this.#versions.size + 1}`, pair);
  }

  async wrap(secret: Uint8Array): Promise<WrappedKey> {
    if (this.isBroken("wrap")) throw broken();
    const [keyId = "", pair] = [...this.#versions].at(-1) ?? [];
    if (pair === undefined) throw new RangeError("no version");
    this.secrets.push(Uint8Array.from(secret));
    const bytes = publicEncrypt({ key: pair.publicKey, ...OAEP }, secret);
    return { keyId, algorithm: "RSA-OAEP-256", bytes };
  }

  async unwrap({ keyId, bytes }: WrappedKey): Promise<Uint8Array> {
    if (this.isBroken("unwrap")) throw broken();
    const pair = this.#versions.get(keyId);
    if (pair === undefined || this.disabled.has(keyId)) {
      throw failure({
        code: "KEY_VAULT_KEY_UNUSABLE",
        summary: "Key of Azure Key Vault not usable",
        detail: `${keyId} is disabled.`,
      });
    }
    return privateDecrypt({ key: pair.privateKey, ...OAEP }, bytes);
  }
}

function broken() {
  return failure({
    code: "KEY_VAULT_UNREACHABLE",
    summary: "Azure Key Vault not reached",
    detail: "A test broke this call.",
  });
}
