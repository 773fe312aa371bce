import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatPlanMarkdown } from "../../../../cmd/views/markdown/plan-markdown.ts";
import { planNamed } from "./named-plan.ts";

function markdownOf(name: string, count: number): string {
  const approvals = { file: name, needed: 2, missing: 1 };
  const options = { findSource: () => undefined, digest: null, approvals };
  return formatPlanMarkdown(planNamed({ name, count }), options);
}

/**
 * What is left of a comment without its code, found by CommonMark's rules: a fence ends at the next of the same length or
 * longer, a span at the next run of as many back ticks in its paragraph.
 */
function skeletonOf(markdown: string): string {
  const lines: string[] = [];
  let fence: string | undefined;
  for (const line of markdown.split("\n")) {
    const [ticks] = /^`{3,}/.exec(line) ?? [];
    if (fence === undefined && ticks !== undefined) fence = ticks;
    else if (fence === undefined) lines.push(withoutSpans(line));
    else if (ticks !== undefined && ticks.length >= fence.length && /^`+ *$/.test(line)) {
      fence = undefined;
      lines.push("(fence)");
    }
  }
  assert.equal(fence, undefined, "a fence is open at the end");
  return lines.join("\n");
}

function withoutSpans(line: string): string {
  return line
    .replaceAll(/<code>(?:[\p{L}\p{N} ]|&#\d+;)*<\/code>/gu, "(code)")
    .replaceAll(/(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)/g, "(code)")
    .replaceAll("(empty)", "(code)");
}

const NASTY = [
  "`",
  "``",
  "```",
  "`````",
  "|",
  "\\|",
  "\\",
  "\n",
  "\r\n",
  "\u2028",
  "</details>",
  "<!--",
  "-->",
  "@everyone",
  "#1",
  "](javascript:x)",
  "**",
  "_",
  "&#96;",
  "&",
  "\u202e",
  "~~~",
  "\n```\n",
  "x",
  " ",
  "日本",
];

test("no name gets out of its code: the rest of the comment is the same for all names", () => {
  const usual = skeletonOf(markdownOf("orders", 1));
  const names = fc
    .array(fc.constantFrom(...NASTY), { maxLength: 6 })
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(fc.oneof(names, fc.string({ unit: "grapheme", maxLength: 40 })), (name) => {
      assert.equal(skeletonOf(markdownOf(name, 1)), usual);
    }),
    { numRuns: 300 },
  );
});

test("a comment is never too long for GitHub, and says how much it leaves out", () => {
  const sizes = fc.tuple(
    fc.integer({ min: 0, max: 300 }),
    fc.constantFrom("o", "`|日本", "x".repeat(5000)),
  );
  fc.assert(
    fc.property(sizes, ([count, name]) => {
      const markdown = markdownOf(name, count);
      assert.ok(Buffer.byteLength(markdown) <= 60_000, `${Buffer.byteLength(markdown)} bytes`);
      assert.ok(markdown.endsWith("</sub>\n"));
      skeletonOf(markdown);
    }),
    { numRuns: 12 },
  );
  const whole = markdownOf("orders", 3);
  assert.doesNotMatch(whole, /more: see|see the job's log/);
  const cut = markdownOf("orders", 3000);
  assert.match(cut, /^\| and [\d,]+ more \| see the job's log \|/m);
  assert.match(cut, /^# and [\d,]+ more: see the job's log$/m);
});

test("every cut tells exactly how many entries it leaves out", () => {
  const markdown = markdownOf("orders", 500);
  const [, purges = ""] =
    /500 recovery points to purge<\/summary>([\s\S]*?)<\/details>/.exec(markdown) ?? [];
  const shown = purges.match(/its days are over/g)?.length ?? 0;
  const [, left = ""] = /and ([\d,]+) more/.exec(purges) ?? [];
  assert.ok(shown > 0);
  assert.equal(shown + Number(left.replaceAll(",", "")), 500);
});

test("100,000 purges are counted, and cost no more than those that fit", () => {
  const plan = planNamed({ name: "orders", count: 1 });
  const [purge] = plan.recoveryPointChanges;
  assert.ok(purge);
  const recoveryPointChanges = Array.from({ length: 100_000 }, () => purge);
  const options = { findSource: () => undefined, digest: null, approvals: null };
  const markdown = formatPlanMarkdown({ ...plan, recoveryPointChanges }, options);
  const shown = markdown.match(/its days are over/g)?.length ?? 0;
  const [, left = ""] = /to purge<\/summary>[\s\S]*?and ([\d,]+) more/.exec(markdown) ?? [];
  assert.equal(shown + Number(left.replaceAll(",", "")), 100_000);
  assert.ok(Buffer.byteLength(markdown) <= 60_000);
});

test("what changed outside keeps the lines of its repair", () => {
  const plan = planNamed({ name: "orders", count: 1 });
  const [found] = plan.drift;
  assert.ok(found);
  const commands = [{ language: "hcl", text: "moved {\n  from = a\n}" }] as const;
  const drift = [{ ...found, repair: { advice: "Move it.", commands } }];
  const options = { findSource: () => undefined, digest: null, approvals: null };
  const markdown = formatPlanMarkdown({ ...plan, drift }, options);
  assert.match(markdown, /Move it\.\n {4}moved \{\n {6}from = a\n {4}\}\n/);
});

test("what is destroyed and purged stands before everything else", () => {
  const markdown = markdownOf("orders", 1);
  const order = [
    "[!CAUTION]",
    "point of no return is 2017-02-20T19:00:00Z",
    "### Recovery points",
    "Can no longer be restored",
    "Destroyed:",
    "to destroy</summary>",
    "to add</summary>",
    "### Checks",
    "1 warning",
    "Databases covered now",
  ];
  const places = order.map((text) => markdown.indexOf(text));
  assert.ok(
    places.every((place) => place >= 0),
    JSON.stringify(places),
  );
  assert.deepEqual(
    places,
    places.toSorted((a, b) => a - b),
  );
});

test("sensitive values are hidden, and the same plan gives the same text", () => {
  const markdown = markdownOf("orders", 2);
  assert.doesNotMatch(markdown, /hunter2/);
  assert.match(markdown, /\(sensitive value\)/);
  assert.equal(markdown, markdownOf("orders", 2));
});

test("the first line names the catalog and nothing that changes from plan to plan", () => {
  const [first] = markdownOf("orders", 1).split("\n");
  assert.equal(first, "<!-- holdfast-plan 00000000-0000-0000-0000-000000000000 -->");
  assert.equal(markdownOf("crm", 4).split("\n")[0], first);
});
