/** How a text marks what it means: with colours for a terminal, not at all elsewhere. */
export interface Paint {
  readonly added: (text: string) => string;
  readonly changed: (text: string) => string;
  readonly removed: (text: string) => string;
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
}

const asIs = (text: string): string => text;

export const PLAIN: Paint = {
  added: asIs,
  changed: asIs,
  removed: asIs,
  strong: asIs,
  faint: asIs,
};

function escape(code: number, end: number): (text: string) => string {
  return (text) => `\u001b[${code}m${text}\u001b[${end}m`;
}

/** ECMA-48 colours, as every terminal knows them. */
export const COLOURED: Paint = {
  added: escape(32, 39),
  changed: escape(33, 39),
  removed: escape(31, 39),
  strong: escape(1, 22),
  faint: escape(2, 22),
};
