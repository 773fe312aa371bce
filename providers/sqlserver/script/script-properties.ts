import type { SqlServerSchema } from "../../../schemas/sql-server-schema.ts";
import { quoteText } from "../names.ts";
import { type Step, step } from "./step.ts";

/** Extended properties at all levels. */
export function scriptProperties(schema: SqlServerSchema): Step[] {
  return schema.properties.map(({ name, path, value }) => {
    const levels = path.map(
      ({ type, name: level }, index) =>
        `, @level${index}type = N'${type}', @level${index}name = ${quoteText(level)}`,
    );
    const isLiteral = value.startsWith("N'");
    const declare = isLiteral ? "" : `DECLARE @value sql_variant = ${value}; `;
    const argument = isLiteral ? value : "@value";
    return step(
      `extended property ${name}`,
      `${declare}EXEC sys.sp_addextendedproperty @name = ${quoteText(name)}, @value = ${argument}${levels.join("")}`,
    );
  });
}
