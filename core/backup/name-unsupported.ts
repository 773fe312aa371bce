import { type Diagnostic, failure } from "../diagnostics/diagnostic.ts";

/** Of a database that a pattern covers: written out, the name is refused with the configuration. */
export function nameUnsupported(name: string): Diagnostic {
  return failure({
    code: "DATABASE_NAME_UNSUPPORTED",
    summary: "Name of a database not supported",
    detail: `Database ${name} has a colon or a semicolon in its name, which other tools of the chain take apart, so it was skipped and has no recovery point. Rename it, or leave it out by a pattern with ? in place of that character:\n\n    exclude = [${JSON.stringify(name.replaceAll(/[:;]/g, "?"))}]`,
  }).diagnostic;
}
