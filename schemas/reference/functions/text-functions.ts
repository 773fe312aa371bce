import type { FunctionGroup } from "./function-text.ts";

export const TEXT_FUNCTIONS: FunctionGroup = {
  title: "Text",
  functions: {
    chomp: ["The text without line breaks at its end.", 'chomp("orders\\n")', '"orders"'],
    endswith: ["Whether the text ends so.", 'endswith("Shop_test", "_test")', "true"],
    format: [
      "The values in a pattern of verbs, as in `printf`: `%s` text, `%d` whole number, `%05.1f` number with width, `%q` in quotation marks, `%v` anything.",
      'format("%s has %d days", "gold", 35)',
      '"gold has 35 days"',
    ],
    formatlist: [
      "`format`, once for each element of the lists.",
      'formatlist("%s_*", ["Shop", "Orders"])',
      '["Shop_*","Orders_*"]',
    ],
    indent: [
      "All lines but the first, moved to the right by so many spaces.",
      'indent(2, "a\\nb")',
      '"a\\n  b"',
    ],
    join: [
      "The elements of the lists as one text, with the separator between them.",
      'join(", ", ["Orders", "Shop"])',
      '"Orders, Shop"',
    ],
    lower: ["The text in lower case.", 'lower("ORDERS")', '"orders"'],
    regex: [
      "The first match of a regular expression (RE2): the match itself, a list of its groups, or an object of its named groups. No match is an error.",
      'regex("([a-z]+)_([0-9]+)", "shop_12")',
      '["shop","12"]',
    ],
    regexall: [
      "All matches, as a list of what `regex` gives. No match is an empty list.",
      'regexall("[0-9]+", "a1 b22")',
      '["1","22"]',
    ],
    replace: [
      "The text with every occurrence replaced. Between slashes what is looked for is a regular expression, and `$1` its first group.",
      'replace("shop_12", "/_([0-9]+)/", "-$1")',
      '"shop-12"',
    ],
    split: [
      "The text cut at every separator, as a list.",
      'split(",", "Orders,Shop")',
      '["Orders","Shop"]',
    ],
    startswith: ["Whether the text starts so.", 'startswith("Shop_test", "Shop_")', "true"],
    strcontains: [
      "Whether the second text stands in the first.",
      'strcontains("Shop_test", "_")',
      "true",
    ],
    strrev: [
      "The text backwards, by characters as people see them.",
      'strrev("orders")',
      '"sredro"',
    ],
    substr: [
      "Part of the text, from a character on, so many characters long; length -1 means to the end. A negative offset counts from the end.",
      'substr("orders", 0, 3)',
      '"ord"',
    ],
    templatestring: [
      "A text as a template, with these values. `templatefile` takes it from a file.",
      'templatestring("Hello $${name}", { name = "Ada" })',
      '"Hello Ada"',
    ],
    title: [
      "The text with each word in upper case at its start.",
      'title("all orders")',
      '"All Orders"',
    ],
    trim: [
      "The text without these characters at its start and end.",
      'trim("--orders--", "-")',
      '"orders"',
    ],
    trimprefix: [
      "The text without this start, if it has it.",
      'trimprefix("db_orders", "db_")',
      '"orders"',
    ],
    trimspace: [
      "The text without white space at its start and end.",
      'trimspace("  orders\\n")',
      '"orders"',
    ],
    trimsuffix: [
      "The text without this end, if it has it.",
      'trimsuffix("orders.bak", ".bak")',
      '"orders"',
    ],
    upper: ["The text in upper case.", 'upper("orders")', '"ORDERS"'],
  },
};

export const ENCODING_FUNCTIONS: FunctionGroup = {
  title: "Encodings",
  functions: {
    base64decode: [
      "The text that stands in Base64. It must be UTF-8.",
      'base64decode("T3JkZXJz")',
      '"Orders"',
    ],
    base64encode: ["The text, as UTF-8, in Base64.", 'base64encode("Orders")', '"T3JkZXJz"'],
    base64gunzip: [
      "The text that stands in Base64 of gzip.",
      'base64gunzip(base64gzip("Orders"))',
      '"Orders"',
    ],
    base64gzip: ["The text compressed with gzip, in Base64.", 'base64gzip("Orders")'],
    csvdecode: [
      "The rows of a CSV text as a list of objects; the first row has the names.",
      'csvdecode("name,days\\nshop,10")',
      '[{"name":"shop","days":"10"}]',
    ],
    jsondecode: [
      "The value that a JSON text says.",
      `jsondecode("{\\"days\\": 10}")`,
      '{"days":10}',
    ],
    jsonencode: [
      "The value as JSON, in one line.",
      "jsonencode({ days = 10 })",
      `"{\\"days\\":10}"`,
    ],
    textdecodebase64: [
      "The text that stands in Base64 in a character encoding, such as UTF-16LE or windows-1252.",
      'textdecodebase64("TwBLAA==", "UTF-16LE")',
      '"OK"',
    ],
    textencodebase64: [
      "The text in a character encoding, in Base64.",
      'textencodebase64("OK", "UTF-16LE")',
      '"TwBLAA=="',
    ],
    urldecode: ["The text without percent encoding.", 'urldecode("a%20b")', '"a b"'],
    urlencode: ["The text with percent encoding, for a query.", 'urlencode("a b&c")', '"a+b%26c"'],
    yamldecode: ["The value that a YAML 1.2 text says.", 'yamldecode("days: 10")', '{"days":10}'],
    yamlencode: [
      "The value as YAML, in block style.",
      "yamlencode({ days = 10 })",
      `"\\"days\\": 10\\n"`,
    ],
  },
};
