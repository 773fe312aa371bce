import type { SourceFile } from "../../core/language/source-file.ts";
import { parseFileBody } from "../../core/language/syntax/parse-body.ts";
import { TokenReader } from "../../core/language/syntax/token-reader.ts";
import { tokenize } from "../../core/language/syntax/tokenize.ts";

/** How often the parser looks at a token while it parses the file, and how many tokens there are. */
export function stepsOfParse(file: SourceFile): {
  readonly steps: number;
  readonly tokens: number;
} {
  const tokens = tokenize(file.text);
  let steps = 0;
  const kinds = new Proxy(tokens.kinds, {
    get(target, key, receiver) {
      if (key !== "length") steps += 1;
      return Reflect.get(target, key, receiver);
    },
  });
  const reader = new TokenReader({
    file,
    text: file.text,
    tokens: { ...tokens, kinds },
    diagnostics: [],
  });
  parseFileBody(reader);
  return { steps, tokens: tokens.kinds.length };
}
