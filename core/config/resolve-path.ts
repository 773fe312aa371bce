/**
 * A path of a configuration as the program opens it: relative ones start at the configuration's directory. Absolute
 * paths, also of Windows, stay as they are.
 */
export function resolvePath(directory: string, path: string): string {
  if (/^(?:[/\\]|[A-Za-z]:[/\\])/.test(path)) return path;
  const plain = path.replace(/^(?:\.\/+)+(?=.)/, "");
  if (directory === "" || directory === ".") return plain;
  return `${directory.replace(/[/\\]+$/, "")}/${plain}`;
}
