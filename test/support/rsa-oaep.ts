import {
  constants,
  generateKeyPairSync,
  type KeyObject,
  privateDecrypt,
  publicEncrypt,
} from "node:crypto";

export interface RsaPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** RSA-OAEP-256 of Azure Key Vault. */
const OAEP = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" };

export function makeRsaPair(bits: number): RsaPair {
  return generateKeyPairSync("rsa", { modulusLength: bits });
}

export function wrapByOaep({ publicKey: key }: RsaPair, bytes: Uint8Array): Buffer {
  return publicEncrypt({ key, ...OAEP }, bytes);
}

/** Throws where the bytes are not what the pair wrapped. */
export function unwrapByOaep({ privateKey: key }: RsaPair, bytes: Uint8Array): Buffer {
  return privateDecrypt({ key, ...OAEP }, bytes);
}
