import { type KeyObject, sign } from "node:crypto";
import { CURVES } from "./curves.ts";
import type { SshPublicKey } from "./public-key.ts";
import { encodeSignature, signedData } from "./signature.ts";
import { encodeMagnitude, encodeString } from "./wire.ts";

export interface Signer {
  readonly secret: KeyObject;
  readonly publicKey: SshPublicKey;
}

/** A signature as `ssh-keygen -Y sign -n NAMESPACE` makes it of the same message, without its armor. */
export function signMessage(
  { secret, publicKey }: Signer,
  { message, namespace }: { readonly message: Uint8Array; readonly namespace: string },
): Uint8Array {
  const data = signedData({ namespace, reserved: new Uint8Array(), hash: "sha512", message });
  const { format, value } = rawSignature(publicKey, secret, data);
  const blob = Buffer.concat([encodeString(format), encodeString(value)]);
  return encodeSignature({ publicKey: publicKey.blob, namespace, blob });
}

function rawSignature({ kind }: SshPublicKey, secret: KeyObject, data: Uint8Array) {
  switch (kind.type) {
    case "ed25519":
      return { format: "ssh-ed25519", value: sign(null, data, secret) };
    case "rsa":
      return { format: "rsa-sha2-512", value: sign("sha512", data, secret) };
    case "ecdsa": {
      const { hash, size } = CURVES[kind.curve];
      const pair = sign(hash, data, { key: secret, dsaEncoding: "ieee-p1363" });
      const numbers = [pair.subarray(0, size), pair.subarray(size)].map(encodeMagnitude);
      return { format: `ecdsa-sha2-${kind.curve}`, value: Buffer.concat(numbers) };
    }
    case "sk-ed25519":
    case "sk-ecdsa":
      throw new RangeError("the secret of a hardware key is in the hardware");
    default:
      return kind satisfies never;
  }
}
