/** A text with the user and the password of every URL in it left out. */
export function withoutUserinfo(text: string): string {
  return text.replaceAll(
    /([A-Za-z][A-Za-z0-9+.-]*:\/\/)[^\s/?#]*@/g,
    (_, scheme: string) => scheme,
  );
}
