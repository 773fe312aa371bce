import { relative, sep } from "node:path";
import type { Diagnostic } from "../../core/diagnostics/diagnostic.ts";
import { locateDiagnostics } from "../../core/operations/locate-diagnostics.ts";
import type { Ports } from "../../core/operations/ports.ts";
import { type AnnotationStyle, formatAnnotation } from "../views/annotation-text.ts";
import type { CommandContext } from "./command.ts";
import { type FlagSpec, type Flags, usageError } from "./flags.ts";

export const ANNOTATE_FLAG: FlagSpec = {
  name: "annotate",
  kind: "value",
  placeholder: "WHERE",
  description:
    "Mark errors and warnings in the review of a change: github, azure or none [by the environment of the run].",
};

/** Which service takes marks: what is typed, otherwise the one in whose run this is. */
function styleOf(flags: Flags, context: CommandContext): AnnotationStyle | undefined {
  const typed = flags.value("annotate");
  if (typed === "none") return undefined;
  if (typed === "github" || typed === "azure") return typed;
  if (typed !== undefined)
    throw usageError(`-annotate ${typed} is unknown; there are github, azure and none.`);
  if (context.environment("GITHUB_ACTIONS") === "true") return "github";
  return context.environment("TF_BUILD")?.toLowerCase() === "true" ? "azure" : undefined;
}

/**
 * What writes diagnostics as marks of the service, on stderr, where `-json` puts nothing; errors first, since a service shows
 * a few of each run only. CLI_USAGE. Does nothing where no service takes them.
 */
export function annotator(
  flags: Flags,
  context: CommandContext,
): (diagnostics: readonly Diagnostic[], ports: Ports) => Promise<void> {
  const style = styleOf(flags, context);
  if (style === undefined) return () => Promise.resolve();
  const checkout =
    style === "github"
      ? context.environment("GITHUB_WORKSPACE")
      : (context.environment("BUILD_REPOSITORY_LOCALPATH") ??
        context.environment("BUILD_SOURCESDIRECTORY"));
  return async (diagnostics, ports) => {
    const rank = ({ severity }: Diagnostic) => (severity === "error" ? 0 : 1);
    const sorted = diagnostics.toSorted((a, b) => rank(a) - rank(b));
    for (const diagnostic of await locateDiagnostics(sorted, ports)) {
      const { subject } = diagnostic;
      const path = subject && ports.files.resolve(subject.filename);
      const file = path && fileIn(checkout, path, subject.filename);
      context.stderr(formatAnnotation(diagnostic, style, file));
    }
  };
}

/** Where a file lies in the checkout, which is what the services know it by; as it is named where it lies elsewhere. */
function fileIn(checkout: string | undefined, path: string, filename: string): string {
  if (checkout === undefined) return filename;
  const inside = relative(checkout, path);
  const isOutside = inside === "" || inside.startsWith("..") || inside === path;
  return isOutside ? filename : inside.split(sep).join("/");
}
