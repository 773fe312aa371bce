/** Names with a colon or a semicolon are backed up and restored by nobody here: other tools of the chain take these characters apart. */
export function isSupportedName(name: string): boolean {
  return !/[:;]/.test(name);
}
