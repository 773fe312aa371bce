import type { ProcedureContext, SystemProcedure } from "../engine/system-registry.ts";
import type { SqlType, SqlValue } from "../values/sql-type.ts";

/** Arguments of a call, by parameter name without `@`. */
export class ProcedureArguments {
  readonly #values: ReadonlyMap<string, SqlValue>;

  constructor(values: ReadonlyMap<string, SqlValue>) {
    this.#values = values;
  }

  value(name: string): SqlValue {
    return this.#values.get(name) ?? null;
  }

  /** Undefined for NULL. */
  text(name: string): string | undefined {
    const value = this.value(name);
    return typeof value === "string" ? value.trimEnd() : undefined;
  }

  requiredText(name: string): string {
    return this.text(name) ?? "";
  }

  number(name: string): number | undefined {
    const value = this.value(name);
    return typeof value === "number" ? value : undefined;
  }
}

const TYPES: Readonly<Record<string, SqlType>> = {
  name: { name: "nvarchar", length: 128 },
  long: { name: "nvarchar", length: 1035 },
  word: { name: "varchar", length: 128 },
  int: { name: "int" },
  bigint: { name: "bigint" },
  bit: { name: "bit" },
  variant: { name: "sql_variant" },
  sid: { name: "varbinary", length: 85 },
};

export interface ProcedureDefinition {
  readonly name: string;
  /** `name type` pairs separated by commas; `?` behind the type: NULL when it is not given. */
  readonly parameters: string;
  readonly run: (context: ProcedureContext, given: ProcedureArguments) => Promise<void> | void;
}

export function defineProcedure(definition: ProcedureDefinition): SystemProcedure {
  const parameters = parseParameters(definition.parameters);
  return {
    name: definition.name,
    parameters,
    async run(context, values) {
      const given = parameters.map(({ name }, index): [string, SqlValue] => [
        name.slice(1),
        values[index] ?? null,
      ]);
      await definition.run(context, new ProcedureArguments(new Map(given)));
      return 0;
    },
  };
}

function parseParameters(notation: string): SystemProcedure["parameters"] {
  return notation
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map((part) => {
      const [name = "", word = ""] = part.split(/\s+/);
      const type = TYPES[word.replace("?", "")];
      if (type === undefined) throw new Error(`No parameter type ${word}. This is a bug.`);
      return { name: `@${name}`, type, ...(word.endsWith("?") ? { defaultValue: null } : {}) };
    });
}

/** `[name]`. */
export function bracket(name: string): string {
  return `[${name.replaceAll("]", "]]")}]`;
}

/** `N'text'`, or NULL. */
export function quote(text: string | undefined): string {
  return text === undefined ? "NULL" : `N'${text.replaceAll("'", "''")}'`;
}
