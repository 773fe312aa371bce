/** What another parser made of a text: a JSON document, or nothing because it refuses the text or broke down over it. */
export type ForeignAnswer =
  | { readonly kind: "document"; readonly json: string }
  | { readonly kind: "refused" }
  | { readonly kind: "failed" };

/** Another parser of native syntax, with the document that `foreignDocument` makes too. */
export interface ForeignParser {
  /** One answer a text, in order. Rejects with LANGUAGE_CROSS_CHECK_UNAVAILABLE where the parser cannot be run. */
  parse(texts: readonly string[]): Promise<readonly ForeignAnswer[]>;
}
