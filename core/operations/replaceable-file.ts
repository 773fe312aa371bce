import { failure } from "../diagnostics/diagnostic.ts";
import type { Ports } from "./ports.ts";

/** What a flag such as `-out` writes. */
export interface OutputKind {
  /** To follow "no": `plan file`. */
  readonly name: string;
  /** How such files begin, or began in earlier versions. */
  readonly starts: readonly string[];
}

const LONGEST_START = 64;

export const PLAN_FILE: OutputKind = {
  name: "plan file",
  starts: ['{"file":"holdfast plan"', '{"digest":"'],
};
export const COMMENT_FILE: OutputKind = {
  name: "comment of a plan",
  starts: ["<!-- holdfast-plan"],
};
export const TERRAFORM_FILE: OutputKind = {
  name: "file of holdfast synth",
  starts: ['{\n  "//": "Made by holdfast synth.'],
};
export const JUNIT_FILE: OutputKind = { name: "JUnit XML", starts: ["<?xml"] };

/**
 * FILE_EXISTS where a file at `path` is of another kind than what is to be written there: a configuration or a catalog
 * that was named by mistake would be lost. An empty file, as mktemp makes it, may be replaced.
 */
export async function requireReplaceable(
  path: string,
  { name, starts }: OutputKind,
  { files }: Pick<Ports, "files">,
): Promise<void> {
  const found = await files.look(path, LONGEST_START);
  if (found === undefined) return;
  const text = new TextDecoder().decode(found.start);
  if (found.isFile && (text === "" || starts.some((start) => text.startsWith(start)))) return;
  throw failure({
    code: "FILE_EXISTS",
    summary: "File exists already",
    detail: `${path} is there already and is no ${name}, so what is in it would be lost. Nothing was written. Name another file, or remove it first.`,
  });
}
