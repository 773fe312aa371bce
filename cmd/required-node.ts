/** The oldest Node that has all that Holdfast uses; `engines` of package.json says the same. */
const OLDEST = [22, 13] as const;

/** Why that version of Node cannot run Holdfast, in one line; undefined where it can. */
export function tryExplainOldNode(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isEnough = major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
  if (isEnough) return undefined;
  return `Holdfast needs Node ${OLDEST.join(".")} or newer, and this is Node ${version}. Install a newer one, or start node_modules/.bin/holdfast, which takes the one that belongs to it.`;
}
