import { constants, createPrivateKey, type KeyObject, privateDecrypt } from "node:crypto";
import { joinMarks, withMarks } from "../values/marks.ts";
import { DYNAMIC_UNKNOWN, stringValue } from "../values/value.ts";
import { STRING } from "../values/value-type.ts";
import { decodeBase64, decodeUtf8 } from "./base64-text.ts";
import type { EagerFunction, FunctionFault } from "./function-declaration.ts";
import { isOpenSshKey, readOpenSshKey } from "./openssh-key.ts";
import { stringParameter, textOf } from "./parameter.ts";
import { quoteText, showArgument } from "./shown-argument.ts";

const rsadecrypt: EagerFunction = {
  kind: "eager",
  name: "rsadecrypt",
  parameters: [
    { ...stringParameter("ciphertext"), allowsMarks: true },
    { ...stringParameter("privatekey"), allowsMarks: true },
  ],
  returns: STRING,
  neverNull: true,
  call([ciphertext = DYNAMIC_UNKNOWN, privateKey = DYNAMIC_UNKNOWN]) {
    const decoded = decodeBase64(textOf(ciphertext));
    if ("faultAt" in decoded) {
      const shown = showArgument(ciphertext, quoteText(textOf(ciphertext)));
      const fault = `failed to decode input ${shown}: cipher text must be base64-encoded`;
      return { fault, argument: 0 };
    }
    const read = readPrivateKey(textOf(privateKey));
    if ("fault" in read) return read;
    const text = decrypt(read.key, decoded.bytes);
    if (typeof text !== "string") return text;
    return withMarks(stringValue(text), joinMarks(ciphertext.marks, privateKey.marks));
  },
};

function invalidKey(reason: string): FunctionFault {
  return { fault: `invalid private key: ${reason}`, argument: 1 };
}

function readPrivateKey(text: string): { readonly key: KeyObject } | FunctionFault {
  if (!text.includes("-----BEGIN ")) return invalidKey("ssh: no key found");
  if (/ENCRYPTED/.test(text)) return invalidKey("ssh: this private key is passphrase protected");
  const key = isOpenSshKey(text) ? readOpenSshKey(text) : tryReadPem(text);
  if (key === undefined) return invalidKey("it is no PEM, PKCS #8 or OpenSSH key");
  if ("fault" in key) return invalidKey(key.fault);
  if (key.asymmetricKeyType === "rsa") return { key };
  return { fault: `invalid private key type ${key.asymmetricKeyType ?? ""}`, argument: 1 };
}

function tryReadPem(text: string): KeyObject | undefined {
  try {
    return createPrivateKey(text);
  } catch {
    return undefined;
  }
}

const FAILED: FunctionFault = { fault: "failed to decrypt: crypto/rsa: decryption error" };

/**
 * PKCS #1 v1.5. The padding is taken off here: OpenSSL answers a wrong key or text with random bytes, which would pass
 * for a secret.
 */
function decrypt(key: KeyObject, bytes: Uint8Array): string | FunctionFault {
  let block: Uint8Array;
  try {
    block = privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, bytes);
  } catch {
    return FAILED;
  }
  const end = block.indexOf(0, 2);
  const isPadded = block[0] === 0 && block[1] === 2 && end >= 10;
  if (!isPadded) return FAILED;
  return (
    decodeUtf8(block.subarray(end + 1)) ?? {
      fault: "the result of decrypting the provided text is not valid UTF-8",
    }
  );
}

export const RSA_FUNCTIONS: readonly EagerFunction[] = [rsadecrypt];
