import type { FunctionGroup } from "./function-text.ts";

export const FILE_FUNCTIONS: FunctionGroup = {
  title: "Files and paths",
  functions: {
    abspath: ["The absolute path.", 'abspath("notes.txt")'],
    basename: ["The last part of a path.", 'basename("certificates/ca.pem")', '"ca.pem"'],
    dirname: ["A path without its last part.", 'dirname("certificates/ca.pem")', '"certificates"'],
    file: ["The text of a file. It must be UTF-8.", 'file("notes.txt")', '"Hello"'],
    filebase64: ["The bytes of a file in Base64.", 'filebase64("notes.txt")', '"SGVsbG8="'],
    fileexists: ["Whether there is such a file.", 'fileexists("notes.txt")', "true"],
    fileset: [
      "The files below a folder whose paths match a pattern: `*` within a folder, `**` across folders, `{a,b}` either.",
      'fileset(".", "*.txt")',
      '["notes.txt"]',
    ],
    pathexpand: ["The path with `~` replaced by the home folder.", 'pathexpand("~/keys")'],
    templatefile: [
      "A file as a template, with these values.",
      'templatefile("greeting.tpl", { name = "Ada" })',
      '"Hello Ada"',
    ],
  },
};

export const NETWORK_FUNCTIONS: FunctionGroup = {
  title: "Networks",
  functions: {
    cidrcontains: [
      "Whether an address or a network lies within a network.",
      'cidrcontains("10.0.0.0/8", "10.1.2.3")',
      "true",
    ],
    cidrhost: [
      "The address of a host in a network, by number; negative numbers count from the end.",
      'cidrhost("10.1.0.0/16", 5)',
      '"10.1.0.5"',
    ],
    cidrnetmask: ["The mask of an IPv4 network.", 'cidrnetmask("10.1.0.0/16")', '"255.255.0.0"'],
    cidrsubnet: [
      "One subnet, longer by so many bits, by number.",
      'cidrsubnet("10.1.0.0/16", 8, 2)',
      '"10.1.2.0/24"',
    ],
    cidrsubnets: [
      "Consecutive subnets, each longer by so many bits.",
      'cidrsubnets("10.1.0.0/16", 8, 8)',
      '["10.1.0.0/24","10.1.1.0/24"]',
    ],
  },
};

export const HASH_FUNCTIONS: FunctionGroup = {
  title: "Hashes and identifiers",
  functions: {
    base64sha256: ["SHA-256 of a text, in Base64.", 'base64sha256("orders")'],
    base64sha512: ["SHA-512 of a text, in Base64.", 'base64sha512("orders")'],
    bcrypt: [
      "A bcrypt hash of a text, by a cost [10]. It has a new salt each time.",
      'bcrypt("orders")',
    ],
    filebase64sha256: ["SHA-256 of a file, in Base64.", 'filebase64sha256("notes.txt")'],
    filebase64sha512: ["SHA-512 of a file, in Base64.", 'filebase64sha512("notes.txt")'],
    filemd5: [
      "MD5 of a file, in hexadecimal digits.",
      'filemd5("notes.txt")',
      '"8b1a9953c4611296a827abf8c47804d7"',
    ],
    filesha1: [
      "SHA-1 of a file, in hexadecimal digits.",
      'filesha1("notes.txt")',
      '"f7ff9e8b7bb2e09b70935a5d785e0cc5d9d0abf0"',
    ],
    filesha256: ["SHA-256 of a file, in hexadecimal digits.", 'filesha256("notes.txt")'],
    filesha512: ["SHA-512 of a file, in hexadecimal digits.", 'filesha512("notes.txt")'],
    md5: [
      "MD5 of a text, in hexadecimal digits.",
      'md5("Hello")',
      '"8b1a9953c4611296a827abf8c47804d7"',
    ],
    rsadecrypt: [
      "What was encrypted with an RSA key (PKCS #1 v1.5), from Base64, by the private key in PEM.",
      'rsadecrypt("TWFueSBoYW5kcw==", file("key.pem"))',
    ],
    sha1: [
      "SHA-1 of a text, in hexadecimal digits.",
      'sha1("Hello")',
      '"f7ff9e8b7bb2e09b70935a5d785e0cc5d9d0abf0"',
    ],
    sha256: ["SHA-256 of a text, in hexadecimal digits.", 'sha256("orders")'],
    sha512: ["SHA-512 of a text, in hexadecimal digits.", 'sha512("orders")'],
    uuid: ["A random identifier, a new one each time.", "uuid()"],
    uuidv5: [
      "The identifier of a name in a namespace: `dns`, `url`, `oid`, `x500` or an identifier.",
      'uuidv5("dns", "contoso.example")',
    ],
  },
};
