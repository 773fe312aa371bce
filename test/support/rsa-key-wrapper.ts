import { failure } from "../../core/diagnostics/diagnostic.ts";
import type { KeyWrapper, WrappedKey } from "../../core/vault/vault.ts";
import { makeRsaPair, type RsaPair, unwrapByOaep, wrapByOaep } from "./rsa-oaep.ts";

/** A key with versions that wraps in memory. Its RSA is real, and too short for anything but tests. */
export class RsaKeyWrapper implements KeyWrapper {
  readonly keyName: string;
  readonly disabled = new Set<string>();
  /** Everything that was wrapped, to look for it where it must not be. */
  readonly secrets: Uint8Array[] = [];
  /** Makes a call fail; gets `wrap` and `unwrap`. */
  isBroken: (call: "wrap" | "unwrap") => boolean = () => false;
  readonly #versions = new Map<string, RsaPair>();

  constructor(keyName: string) {
    this.keyName = keyName;
    this.addVersion();
  }

  addVersion(): void {
    const pair = makeRsaPair(1024);
    this.#versions.set(`${this.keyName}/${this.#versions.size + 1}`, pair);
  }

  async wrap(secret: Uint8Array): Promise<WrappedKey> {
    if (this.isBroken("wrap")) throw broken();
    const [keyId = "", pair] = [...this.#versions].at(-1) ?? [];
    if (pair === undefined) throw new RangeError("no version");
    this.secrets.push(Uint8Array.from(secret));
    const bytes = wrapByOaep(pair, secret);
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
    return unwrapByOaep(pair, bytes);
  }
}

function broken() {
  return failure({
    code: "KEY_VAULT_UNREACHABLE",
    summary: "Azure Key Vault not reached",
    detail: "A test broke this call.",
  });
}
