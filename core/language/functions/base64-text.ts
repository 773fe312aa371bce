const ALPHABET = /[A-Za-z0-9+/]/;
const WHOLE = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Standard Base64 (RFC 4648 section 4) with padding; line breaks are skipped. */
export function decodeBase64(
  text: string,
): { readonly bytes: Uint8Array } | { readonly faultAt: number } {
  if (WHOLE.test(text.replaceAll(/[\r\n]/g, ""))) return { bytes: Buffer.from(text, "base64") };
  return { faultAt: firstFault(text) };
}

/** The offset of the first symbol that does not belong, in UTF-8 bytes as users of Go count it. */
function firstFault(text: string): number {
  const bytes = Buffer.from(text);
  let inGroup = 0;
  let at = 0;
  for (; at < bytes.length; at += 1) {
    const symbol = String.fromCharCode(bytes[at] ?? 0);
    if (symbol === "\n" || symbol === "\r") continue;
    if (ALPHABET.test(symbol)) inGroup = (inGroup + 1) % 4;
    else return symbol === "=" ? faultOfPadding(bytes, at, inGroup) : at;
  }
  return at - inGroup;
}

function faultOfPadding(bytes: Uint8Array, at: number, inGroup: number): number {
  if (inGroup < 2) return at;
  const rest = Array.from(bytes.subarray(at + 1), (byte, after) => ({ byte, at: at + 1 + after }));
  const symbols = rest.filter(({ byte }) => byte !== 10 && byte !== 13);
  const expected = inGroup === 2 ? 1 : 0;
  const [next] = symbols;
  if (expected === 1 && (next === undefined || next.byte !== 61)) return next?.at ?? bytes.length;
  return symbols[expected]?.at ?? bytes.length;
}

const STRICT = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Undefined where the bytes are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return STRICT.decode(bytes);
  } catch {
    return undefined;
  }
}
