import type { FunctionGroup } from "./function-text.ts";

export const COLLECTION_FUNCTIONS: FunctionGroup = {
  title: "Collections",
  functions: {
    alltrue: [
      "Whether all elements are true. Of an empty list they are.",
      "alltrue([true, false])",
      "false",
    ],
    anytrue: ["Whether at least one element is true.", "anytrue([true, false])", "true"],
    chunklist: [
      "The list cut into lists of so many elements.",
      "chunklist([1, 2, 3], 2)",
      "[[1,2],[3]]",
    ],
    coalesce: [
      "The first argument that is neither null nor an empty text.",
      'coalesce(null, "", "orders")',
      '"orders"',
    ],
    coalescelist: [
      "The first argument that is no empty list.",
      'coalescelist([], ["orders"])',
      '["orders"]',
    ],
    compact: ["The list without null and empty texts.", 'compact(["a", "", null])', '["a"]'],
    concat: ["The lists as one.", 'concat(["a"], ["b", "c"])', '["a","b","c"]'],
    contains: ["Whether the value is an element.", 'contains(["a", "b"], "b")', "true"],
    distinct: [
      "The list without repetitions, in the order of the first ones.",
      'distinct(["a", "b", "a"])',
      '["a","b"]',
    ],
    element: [
      "The element at an index, from 0; behind the end it starts again at the first.",
      'element(["a", "b", "c"], 4)',
      '"b"',
    ],
    flatten: [
      "The elements of all lists within lists, as one list.",
      'flatten([["a"], [["b"], "c"]])',
      '["a","b","c"]',
    ],
    index: [
      "Where the value stands in the list, from 0. It is an error where it does not.",
      'index(["a", "b"], "b")',
      "1",
    ],
    keys: ["The keys of a map or object, in order.", "keys({ b = 1, a = 2 })", '["a","b"]'],
    length: [
      "How many elements a collection has, or characters a text.",
      'length(["a", "b"])',
      "2",
    ],
    list: ["Not available any more: write `[…]`, or `tolist([…])`.", 'list("a")'],
    lookup: [
      "The value under a key, or the default where the map has none.",
      'lookup({ a = 1 }, "b", 0)',
      "0",
    ],
    map: ["Not available any more: write `{…}`, or `tomap({…})`.", 'map("a", 1)'],
    matchkeys: [
      "The elements of the first list whose neighbours in the second stand in the third.",
      'matchkeys(["i1", "i2"], ["eu", "us"], ["us"])',
      '["i2"]',
    ],
    merge: [
      "The maps or objects as one; the later wins.",
      "merge({ a = 1, b = 2 }, { b = 3 })",
      '{"a":1,"b":3}',
    ],
    one: [
      "The only element, or null where there is none. More than one is an error.",
      'one(["orders"])',
      '"orders"',
    ],
    range: [
      "The numbers from a start to before a limit, by steps: `range(limit)`, `range(start, limit)` or `range(start, limit, step)`.",
      "range(1, 4)",
      "[1,2,3]",
    ],
    reverse: ["The list backwards.", 'reverse(["a", "b"])', '["b","a"]'],
    setintersection: [
      "What stands in all sets.",
      'setintersection(["a", "b"], ["b", "c"])',
      '["b"]',
    ],
    setproduct: [
      "Every combination of one element of each collection.",
      'setproduct(["eu", "us"], ["a"])',
      '[["eu","a"],["us","a"]]',
    ],
    setsubtract: [
      "What stands in the first set and not in the second.",
      'setsubtract(["a", "b"], ["b"])',
      '["a"]',
    ],
    setunion: ["What stands in at least one set.", 'setunion(["a"], ["b"])', '["a","b"]'],
    slice: [
      "Part of a list, from one index to before another.",
      'slice(["a", "b", "c"], 1, 3)',
      '["b","c"]',
    ],
    sort: ["The texts in the order of their characters.", 'sort(["b", "a"])', '["a","b"]'],
    transpose: [
      "A map of lists, turned round: each text with the keys under which it stood.",
      'transpose({ eu = ["shop"], us = ["shop"] })',
      '{"shop":["eu","us"]}',
    ],
    values: [
      "The values of a map or object, in the order of their keys.",
      "values({ b = 1, a = 2 })",
      "[2,1]",
    ],
    zipmap: ["An object of keys and values.", 'zipmap(["a", "b"], [1, 2])', '{"a":1,"b":2}'],
  },
};

export const NUMBER_FUNCTIONS: FunctionGroup = {
  title: "Numbers",
  functions: {
    abs: ["The number without its sign.", "abs(-5)", "5"],
    bytes: ["The bytes of a size. `KB` counts by 1000, `KiB` by 1024.", 'bytes("1.5 KiB")', "1536"],
    ceil: ["The next whole number upwards.", "ceil(1.2)", "2"],
    floor: ["The next whole number downwards.", "floor(1.8)", "1"],
    log: ["The logarithm to a base.", "log(8, 2)", "3"],
    max: ["The greatest number.", "max(1, 3, 2)", "3"],
    min: ["The smallest number.", "min(1, 3, 2)", "1"],
    parseint: [
      "The whole number that a text says in a base from 2 to 62.",
      'parseint("ff", 16)',
      "255",
    ],
    pow: ["The power.", "pow(2, 10)", "1024"],
    signum: ["-1, 0 or 1: the sign of the number.", "signum(-7)", "-1"],
    sum: ["The sum of a list that is not empty.", "sum([1, 2, 3])", "6"],
  },
};
