import { IMPORT } from "../../../schemas/blocks/import.ts";
import { isResourceType } from "../../../schemas/blocks/resources.ts";
import { type Address, tryParseAddress, typeOfAddress } from "../../address/address.ts";
import { formatKey } from "../../address/instance-key.ts";
import type { Attribute, Block } from "../../language/body.ts";
import { evaluate } from "../../language/evaluation/evaluate.ts";
import type { Expression } from "../../language/expression.ts";
import { LocatedExpression } from "../../language/native-body.ts";
import type { Scope } from "../../language/scope.ts";
import { convertValue, isConversionFault } from "../../language/values/convert.ts";
import { STRING } from "../../language/values/value-type.ts";
import type { ImportRequest } from "../configuration.ts";
import { readReference, textOfReference } from "../read/address-expression.ts";
import { toLanguageSchema } from "../read/language-schema.ts";
import { hasErrors, problem, type Report } from "../report.ts";
import type { Evaluation } from "./evaluation.ts";
import { scopeOf } from "./instance-scope.ts";
import type { ModuleInstance } from "./module-instance.ts";
import { evaluateRepetition } from "./repetition.ts";
import { isEphemeral, isSensitive } from "./value-json.ts";
import { widenScope } from "./widen-scope.ts";

/** An `import` block, once for each element of its `for_each`. Imports stand in the root only, as in Terraform. */
export function readImport(
  block: Block,
  instance: ModuleInstance,
  { facts, report }: Evaluation,
): readonly ImportRequest[] {
  if (instance.caller !== undefined) {
    const detail =
      "Imports are decided where the whole configuration is known: put the block into the root module.";
    report.add(problem({ summary: "Misplaced block", detail, subject: block.headerRange }));
    return [];
  }
  const { attributes, diagnostics } = block.body.content(toLanguageSchema(IMPORT));
  report.add(...diagnostics);
  const to = attributes.get("to");
  const id = attributes.get("id");
  if (to === undefined || id === undefined) return [];
  const scope = scopeOf(instance, facts);
  const meta = { forEach: attributes.get("for_each"), count: undefined };
  return evaluateRepetition(meta, scope, report).items.flatMap(({ variables }) => {
    const own = { scope: widenScope(scope, variables), report };
    const address = targetOf(to, own);
    const text = textOf(id, own);
    if (address === undefined || text === undefined) return [];
    return [{ to: address, id: text, range: block.headerRange }];
  });
}

interface Own {
  readonly scope: Scope;
  readonly report: Report;
}

function targetOf({ expression }: Attribute, own: Own): Address | undefined {
  const address = tryParseAddress(spelledAddress(expression, own) ?? "");
  if (address !== undefined && isResourceType(typeOfAddress(address))) return address;
  const detail =
    'The argument "to" is the address of one object, such as server.orders or server.orders[each.key].';
  own.report.add(problem({ summary: "Invalid address", detail, subject: expression.range }));
  return undefined;
}

/** `server.orders[each.key]` too, whose key is an expression. */
function spelledAddress(expression: Expression, { scope, report }: Own): string | undefined {
  const reference = readReference(expression);
  if (reference !== undefined) return textOfReference(reference);
  const { file, node } = expression;
  if (node.kind !== "index" || node.collection.kind !== "traversal") return undefined;
  const { value, diagnostics } = evaluate(new LocatedExpression(file, node.key), scope);
  report.add(...diagnostics);
  const key = convertValue(value, STRING);
  if (isConversionFault(key) || key.kind !== "string") return undefined;
  const block = file.text.slice(node.collection.start, node.collection.end);
  return block + formatKey(value.kind === "number" ? Number(key.content) : key.content);
}

function textOf({ expression }: Attribute, { scope, report }: Own): string | undefined {
  const { value, diagnostics } = evaluate(expression, scope);
  report.add(...diagnostics);
  if (hasErrors(diagnostics) || value.kind === "unknown") return undefined;
  if (isSensitive(value) || isEphemeral(value)) {
    const detail =
      'The argument "id" is made from a sensitive or ephemeral value, and plans show what is imported. Make it of values that may be seen.';
    report.add(problem({ summary: "Sensitive id", detail, subject: expression.range }));
    return undefined;
  }
  const text = convertValue(value, STRING);
  if (!isConversionFault(text) && text.kind === "string" && text.content !== "")
    return text.content;
  const detail = 'The argument "id" is a string that is not empty.';
  report.add(
    problem(
      { summary: "Wrong type of value", detail, subject: expression.range },
      "CONFIG_WRONG_TYPE",
    ),
  );
  return undefined;
}
