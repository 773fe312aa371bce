/** Characters that no following character joins, normalizes with or extends. */
const DELIMITER = /^[-_:;/\\,.(){}[\]|?!~ \t@#$%^&*+"']$/;

/**
 * The part of a prefix that stays a prefix whatever text follows: the last character is left out, since a combining
 * mark may follow it, unless it is a delimiter.
 */
export function safePrefix(prefix: string): string {
  const text = prefix.normalize("NFC");
  const last = Array.from(new Intl.Segmenter("en").segment(text)).at(-1);
  if (last === undefined || DELIMITER.test(last.segment)) return text;
  return text.slice(0, last.index);
}
