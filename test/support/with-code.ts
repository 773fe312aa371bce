import assert from "node:assert/strict";
import type { Code } from "../../core/diagnostics/codes.ts";
import { DiagnosticError } from "../../core/diagnostics/diagnostic.ts";

/** For `assert.throws` and `assert.rejects`: a diagnostic with this code, whose detail holds every one of `words`. */
export function withCode(code: Code, ...words: readonly string[]): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof DiagnosticError, `not a diagnostic: ${String(error)}`);
    assert.equal(error.diagnostic.code, code);
    for (const word of words) {
      assert.ok(error.diagnostic.detail.includes(word), `no ${word} in ${error.diagnostic.detail}`);
    }
    return true;
  };
}
