import { createHash } from "node:crypto";

/** A name that Terraform takes, another one for each address: `ci` of `credential.ci`, `ci_eu_3f2a10` of `credential.ci["eu"]`. */
export function labelOf(address: string): string {
  const name = address.slice(address.indexOf(".") + 1);
  if (/^[A-Za-z][A-Za-z0-9_]*$/.test(name)) return name;
  const readable = name.replaceAll(/[^A-Za-z0-9]+/g, "_").replaceAll(/^[^A-Za-z]+|_+$/g, "");
  return `${readable}_${createHash("sha256").update(address).digest("hex").slice(0, 6)}`;
}

/** In Terraform's JSON each text is a template; this one says what it says. */
export function literal(text: string): string {
  return text.replaceAll(/[$%](?=\{)/g, (mark) => mark + mark);
}

/** What cdktf notes of itself goes; names are in order, so equal content is equal text. */
export function formatTerraform(content: object, about: string): string {
  const whole = { "//": about, ...ordered(content) };
  return `${JSON.stringify(whole, null, 2)}\n`;
}

function ordered(content: object): Readonly<Record<string, unknown>> {
  const members = Object.entries(content)
    .filter(([name]) => name !== "//")
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, orderedValue(member)]));
}

function orderedValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(orderedValue);
  return typeof value === "object" && value !== null ? ordered(value) : value;
}
