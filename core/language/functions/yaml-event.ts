/** What a YAML text says, step by step in the order of the text, before anything is resolved. */
export type YamlEvent =
  | { readonly kind: "document"; readonly at: YamlPosition }
  | (YamlNode & {
      readonly kind: "scalar";
      readonly text: string;
      /** Plain text may stand for a number, a bool and so on; quoted and block text is text. */
      readonly style: "plain" | "quoted" | "block";
    })
  /** Everything up to the matching `end`; in a mapping each key before its value. */
  | (YamlNode & { readonly kind: "sequence" | "mapping" })
  | { readonly kind: "alias"; readonly anchor: string; readonly at: YamlPosition }
  /** Ends the last sequence, mapping or document that is open. */
  | { readonly kind: "end" };

interface YamlNode {
  /** In its long form, `tag:yaml.org,2002:int`; empty where there is none. */
  readonly tag: string;
  /** Empty where there is none. */
  readonly anchor: string;
  readonly at: YamlPosition;
}

/** Both from 1. */
export interface YamlPosition {
  readonly line: number;
  readonly column: number;
}
