import { MOVED } from "../../../schemas/blocks/moved.ts";
import { REMOVED } from "../../../schemas/blocks/removed.ts";
import { blockOfAddress, tryParseAddress, tryParseModulePath } from "../../address/address.ts";
import type { Attribute, Block } from "../../language/body.ts";
import type { Configuration, DatabaseMove, Move, Removal } from "../configuration.ts";
import { readReference, textOfReference } from "../read/address-expression.ts";
import { toLanguageSchema } from "../read/language-schema.ts";
import { literalFacts } from "../read/literal-facts.ts";
import { problem, type Report } from "../report.ts";
import { readImport } from "./evaluate-import.ts";
import type { Evaluation } from "./evaluation.ts";
import type { ModuleInstance } from "./module-instance.ts";
import { readDatabaseMove } from "./read-database-move.ts";

type Nameless = Pick<Configuration, "moves" | "removals" | "imports"> & {
  readonly databaseMoves: readonly DatabaseMove[];
};

/** The `moved`, `removed` and `import` blocks of a module. */
export function evaluateNameless(instance: ModuleInstance, evaluation: Evaluation): Nameless {
  const { report } = evaluation;
  const blocks = instance.node.folder.nameless;
  const ofType = (type: string): readonly Block[] => blocks.filter((block) => block.type === type);
  const { address } = instance;
  const moved = ofType("moved").map((block) => ({
    block,
    database: readDatabaseMove(block, address, report),
  }));
  return {
    moves: moved.flatMap(({ block, database }) =>
      database === undefined ? readMove(block, address, report) : [],
    ),
    databaseMoves: moved.flatMap(({ database }) =>
      database === undefined || database === "fault" ? [] : [database],
    ),
    removals: ofType("removed").flatMap((block) => readRemoval(block, instance.node.id, report)),
    imports: ofType("import").flatMap((block) => readImport(block, instance, evaluation)),
  };
}

function readMove(block: Block, module: string, report: Report): readonly Move[] {
  const { attributes, diagnostics } = block.body.content(toLanguageSchema(MOVED));
  report.add(...diagnostics);
  const from = addressIn(attributes.get("from"), module, report);
  const to = addressIn(attributes.get("to"), module, report);
  if (from === undefined || to === undefined) return [];
  const fault = moveFault(from, to);
  if (fault === undefined) return [{ from, to, range: block.headerRange }];
  const subject = attributes.get("to")?.range ?? block.headerRange;
  report.add(problem({ summary: "Invalid move", detail: fault, subject }));
  return [];
}

function moveFault(from: string, to: string): string | undefined {
  if (from === to) return `Both addresses are ${from}, so nothing would move.`;
  const [source, target] = [tryParseAddress(from), tryParseAddress(to)];
  if (source === undefined && target === undefined) return undefined;
  if (source === undefined || target === undefined) {
    return `One of the addresses is a block and the other a module: ${from} and ${to}. Move a block to a block, or a module to a module.`;
  }
  const typeOf = (address: string): string | undefined => address.split(".").at(-2);
  const isSame = typeOf(blockOfAddress(source)) === typeOf(blockOfAddress(target));
  return isSame ? undefined : `${from} and ${to} are blocks of different types.`;
}

/** `module` is the id of the module: what is removed is removed in all its instances. */
function readRemoval(block: Block, module: string, report: Report): readonly Removal[] {
  const content = block.body.content(toLanguageSchema(REMOVED));
  report.add(...content.diagnostics);
  const attribute = content.attributes.get("from");
  const from = addressIn(attribute, module, report);
  const schema = REMOVED.blocks.lifecycle.body;
  const lifecycle = content.blocks
    .find(({ type }) => type === "lifecycle")
    ?.body.content(toLanguageSchema(schema));
  report.add(...(lifecycle?.diagnostics ?? []));
  const facts = literalFacts(lifecycle?.attributes ?? new Map(), schema, report);
  if (from === undefined || attribute === undefined) return [];
  const written = readReference(attribute.expression);
  if (written?.steps.some(({ kind }) => kind === "index") === true) {
    const detail = `A removed block names a whole block or module, in all its instances, and ${textOfReference(written)} is one instance. Leave the key out.`;
    const subject = attribute.expression.range;
    report.add(problem({ summary: "Invalid address", detail, subject }));
    return [];
  }
  const { destroy, purge } = facts;
  return [{ from, destroy: destroy === true, purge: purge === true, range: block.headerRange }];
}

/** The address that an argument of a block in a module names, seen from the root; reported where it is none. */
function addressIn(
  attribute: Attribute | undefined,
  module: string,
  report: Report,
): string | undefined {
  if (attribute === undefined) return undefined;
  const reference = readReference(attribute.expression);
  const text = reference && textOfReference(reference);
  const found = text && (tryParseAddress(text) ?? tryParseModulePath(text));
  if (found !== undefined && found !== "") {
    return module === "" ? found : `${module}.${found}`;
  }
  const detail = `The argument "${attribute.name}" is the address of a block or a module, such as server.orders, server.orders["eu"] or module.region.`;
  const subject = attribute.expression.range;
  report.add(problem({ summary: "Invalid address", detail, subject }));
  return undefined;
}
