/** GitHub takes 65,536 characters of a comment. A workflow may add a line of its own. */
export const MOST_BYTES = 60_000;

/** The same for everything that is said of one catalog, so that a workflow finds its comment and replaces it. */
export function firstLine(lineage: string | null): string {
  return `<!-- holdfast-plan${lineage === null ? "" : ` ${lineage}`} -->`;
}
