import fc from "fast-check";
import type { Json, JsonObject } from "../../core/kit/json.ts";
import type { ArgumentSchema, BodySchema } from "../../schemas/blocks/block-schema.ts";
import { RESOURCES, type ResourceType } from "../../schemas/blocks/resources.ts";

/** A block as written: arguments by name, references as `${type.name}`; nested blocks in `blocks`. */
export interface WrittenBody {
  readonly arguments: JsonObject;
  readonly blocks: Readonly<
    Record<string, { readonly label: string | undefined; readonly body: WrittenBody }>
  >;
}

export interface WrittenBlock {
  readonly type: string;
  readonly name: string;
  readonly body: WrittenBody;
}

/** Values with a meaning, valid wherever their type is. */
const TEXTS: Partial<Record<ArgumentSchema["type"], fc.Arbitrary<Json>>> = {
  bool: fc.boolean(),
  duration: fc.constantFrom("1d", "36h", "2d12h", "90m", "7d"),
  byte_size: fc.constantFrom("1GiB", "1024MiB", "500MB", "1"),
  period: fc.constantFrom("P4W", "P12M", "P1Y", "PT0S"),
  schedule: fc.constantFrom("0 12 * * WED", "0 21 * * *", "@daily", "*/5 0 1 * 1-5"),
  timezone: fc.constantFrom("UTC", "Europe/Berlin", "America/Los_Angeles"),
  path: fc.constantFrom("./vault", "a/b", "/srv/é", "C:\\x y"),
  url: fc.constantFrom("https://a.blob.core.windows.net", "https://b.example/x"),
  patterns: fc.uniqueArray(fc.constantFrom("*", "sh?p", 'or]der\'s "x"', "Ünï", "a\\b"), {
    minLength: 1,
  }),
  number_map: fc.constant({}),
  string_map: fc.constant({}),
};

const PLAIN = fc.constantFrom(
  "a",
  "b c",
  'quo"te',
  "back\\slash",
  "ünïcode",
  "tab\there",
  "5",
  "true",
);

function valueOf(schema: ArgumentSchema): fc.Arbitrary<Json> {
  if (schema.type === "reference") return fc.constant(`\${${schema.target}.x}`);
  if (schema.type === "string_set") return fc.subarray([...(schema.values ?? [])]);
  if (schema.values !== undefined) return fc.constantFrom(...schema.values);
  if (schema.type === "number")
    return fc.integer({ min: Math.max(schema.minimum ?? 1, 1), max: schema.maximum ?? 5000 });
  return TEXTS[schema.type] ?? PLAIN;
}

function bodyOf(schema: BodySchema): fc.Arbitrary<WrittenBody> {
  const required = (name: string, argument: ArgumentSchema) =>
    argument.required === true || (schema.exactlyOne ?? []).some(([first]) => first === name);
  const excluded = [...(schema.exactlyOne ?? []), ...(schema.atMostOne ?? [])].flatMap((group) =>
    group.slice(1),
  );
  const names = Object.entries(schema.arguments).filter(([name]) => !excluded.includes(name));
  const values = fc.record(
    Object.fromEntries(names.map(([name, argument]) => [name, valueOf(argument)])),
    { requiredKeys: names.filter(([name, each]) => required(name, each)).map(([name]) => name) },
  );
  const nested = Object.entries(schema.blocks ?? {}).map(([name, block]) => {
    const bodies: readonly (readonly [string | undefined, BodySchema])[] =
      block.variants === undefined ? [[undefined, block.body]] : Object.entries(block.variants);
    const written = fc.oneof(
      ...bodies.map(([label, body]) => bodyOf(body).map((inner) => ({ label, body: inner }))),
    );
    return [
      name,
      block.required === true ? written : fc.option(written, { nil: undefined }),
    ] as const;
  });
  return fc.tuple(values, fc.record(Object.fromEntries(nested))).map(([args, blocks]) => ({
    arguments: args as JsonObject,
    blocks: Object.fromEntries(
      Object.entries(blocks).filter(([, block]) => block !== undefined),
    ) as WrittenBody["blocks"],
  }));
}

function withArguments(body: WrittenBody, fixed: JsonObject): WrittenBody {
  return { ...body, arguments: { ...body.arguments, ...fixed } };
}

/** The key of every vault here is at hand, and no sign-in fetches it. */
function withoutSignIn(blocks: WrittenBody["blocks"]): WrittenBody["blocks"] {
  const { encryption } = blocks;
  if (encryption === undefined) return blocks;
  const { credential: _credential, ...rest } = encryption.body.arguments;
  return {
    ...blocks,
    encryption: { ...encryption, body: { ...encryption.body, arguments: rest } },
  };
}

/** A folder has neither access tiers nor immutability. */
function asFolder({
  immutability: _immutability,
  tiers,
  ...rest
}: WrittenBody["blocks"]): WrittenBody["blocks"] {
  if (tiers === undefined) return rest;
  const { cold: _cold, ...kept } = tiers.body.arguments;
  return { ...rest, tiers: { ...tiers, body: { ...tiers.body, arguments: kept } } };
}

/** No named instance. */
function hostOf({ arguments: { host } }: WrittenBody): string {
  return typeof host === "string" ? host.replace("\\", "/") : "h";
}

/** Answers the rules between arguments; everything else stays as random as it is. */
const FIXED: Partial<Record<ResourceType, (body: WrittenBody, at: number) => WrittenBody>> = {
  credential: (body) =>
    withArguments(body, {
      type: "entra_service_principal",
      tenant_id: "t",
      client_id: "c",
      password_env: "E",
    }),
  server: (body) => ({
    ...withArguments(body, { kind: "sql_server", host: hostOf(body) }),
    blocks: { ...body.blocks, agent: { label: undefined, body: { arguments: {}, blocks: {} } } },
  }),
  vault: (body, at) => {
    const { storage } = body.blocks;
    if (storage === undefined) return body;
    const { path } = storage.body.arguments;
    const apart: JsonObject =
      typeof path === "string" ? { path: `${path}${at}` } : { container: `backups-${at}` };
    const own = { ...storage, body: withArguments(storage.body, apart) };
    const blocks = withoutSignIn(body.blocks);
    const kept = storage.label === "local" ? asFolder(blocks) : blocks;
    return { ...body, blocks: { ...kept, storage: own } };
  },
  azure_retention: (body, at) => {
    const { short_term: written } = body.blocks;
    const { days = 7, differential_hours: hours } = written?.body.arguments ?? {};
    const fixed = hours === undefined ? {} : { differential_hours: Number(hours) > 18 ? 24 : 12 };
    const short = { label: undefined, body: { arguments: { days, ...fixed }, blocks: {} } };
    return {
      ...withArguments(body, { server: `\${server.azure}`, database: `d${at}` }),
      blocks: { ...body.blocks, short_term: short },
    };
  },
  policy: (body) => {
    const { cdc: _cdc, window, ...blocks } = body.blocks;
    const fixed = window && {
      window: { ...window, body: withArguments(window.body, { start: "22:00" }) },
    };
    return { ...withArguments(body, { method: "native" }), blocks: { ...blocks, ...fixed } };
  },
};

/** A server whose databases Azure backs up by itself. */
const AZURE_SERVER: WrittenBlock = {
  type: "server",
  name: "azure",
  body: {
    arguments: { kind: "azure_sql", host: "h", credential: `\${credential.x}` },
    blocks: {
      azure: {
        label: undefined,
        body: { arguments: { subscription_id: "s", resource_group: "g" }, blocks: {} },
      },
    },
  },
};

/** Every type at least once, named `x`; more of them with other names, in any order. */
export const randomConfiguration: fc.Arbitrary<readonly WrittenBlock[]> = fc
  .tuple(
    ...Object.entries(RESOURCES).map(([type, schema]) =>
      fc.tuple(bodyOf(schema), fc.array(bodyOf(schema), { maxLength: 2 })).map(([first, more]) =>
        [first, ...more].map((body, at) => ({
          type,
          name: at === 0 ? "x" : `n-${at}`,
          body: FIXED[type as ResourceType]?.(body, at) ?? body,
        })),
      ),
    ),
  )
  .chain((groups) => {
    const blocks = [...groups.flat(), AZURE_SERVER];
    return fc.shuffledSubarray(blocks, { minLength: blocks.length });
  });

function quote(text: string): string {
  const reference = /^\$\{(\w+\.\w+)\}$/.exec(text)?.[1];
  return reference ?? JSON.stringify(text);
}

function printValue(value: Json): string {
  if (typeof value === "string") return quote(value);
  if (Array.isArray(value)) return `[${(value as Json[]).map(printValue).join(", ")}]`;
  return JSON.stringify(value);
}

function printBody(body: WrittenBody): string {
  const own = Object.entries(body.arguments).map(
    ([name, value]) => `${name} = ${printValue(value)}`,
  );
  const nested = Object.entries(body.blocks).map(
    ([name, { label, body: inner }]) =>
      `${name}${label === undefined ? "" : ` ${JSON.stringify(label)}`} {\n${printBody(inner)}\n}`,
  );
  return [...own, ...nested].join("\n");
}

/** The blocks in native syntax. */
export function printHcl(blocks: readonly WrittenBlock[]): string {
  return blocks
    .map(({ type, name, body }) => `${type} "${name}" {\n${printBody(body)}\n}\n`)
    .join("\n");
}

function jsonBody(body: WrittenBody): JsonObject {
  const nested = Object.entries(body.blocks).map(([name, { label, body: inner }]) => [
    name,
    label === undefined ? jsonBody(inner) : { [label]: jsonBody(inner) },
  ]);
  return { ...body.arguments, ...(Object.fromEntries(nested) as JsonObject) };
}

/** The blocks in JSON syntax. */
export function printJson(blocks: readonly WrittenBlock[]): string {
  const byType = Map.groupBy(blocks, ({ type }) => type);
  return JSON.stringify(
    Object.fromEntries(
      [...byType].map(([type, siblings]) => [
        type,
        Object.fromEntries(siblings.map(({ name, body }) => [name, jsonBody(body)])),
      ]),
    ),
    null,
    2,
  );
}
