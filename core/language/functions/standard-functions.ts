import { ASSUMPTION_FUNCTIONS } from "./assumption-functions.ts";
import { CIDR_FUNCTIONS } from "./cidr-functions.ts";
import { COLLECTION_FUNCTIONS } from "./collection-functions.ts";
import { CONVERSION_FUNCTIONS } from "./conversion-functions.ts";
import { CSV_FUNCTIONS } from "./csv-functions.ts";
import { dateFunctions } from "./date-functions.ts";
import { ENCODING_FUNCTIONS } from "./encoding-functions.ts";
import { fileFunctions } from "./file-functions.ts";
import { FLATTEN } from "./flatten-function.ts";
import { FORMAT_FUNCTIONS } from "./format-functions.ts";
import type { FunctionDeclaration } from "./function-declaration.ts";
import type { FunctionEnvironment } from "./function-environment.ts";
import { HASH_FUNCTIONS } from "./hash-functions.ts";
import { identityFunctions } from "./identity-functions.ts";
import { JSON_FUNCTIONS } from "./json-functions.ts";
import { LAZY_FUNCTIONS } from "./lazy-functions.ts";
import { LIST_FUNCTIONS } from "./list-functions.ts";
import { MAPPING_FUNCTIONS } from "./mapping-functions.ts";
import { MARK_FUNCTIONS } from "./mark-functions.ts";
import { NUMBER_FUNCTIONS } from "./number-functions.ts";
import { pathFunctions } from "./path-functions.ts";
import { POWER_FUNCTIONS } from "./power-functions.ts";
import { QUANTITY_FUNCTIONS } from "./quantity-functions.ts";
import { regexFunctions } from "./regex-functions.ts";
import { REMOVED_FUNCTIONS } from "./removed-functions.ts";
import { RSA_FUNCTIONS } from "./rsa-functions.ts";
import { SEQUENCE_FUNCTIONS } from "./sequence-functions.ts";
import { SET_FUNCTIONS } from "./set-functions.ts";
import { SET_PRODUCT } from "./set-product.ts";
import { SLICE } from "./slice-function.ts";
import { STRING_FUNCTIONS } from "./string-functions.ts";
import { templateFunctions } from "./template-functions.ts";
import { textEncodingFunctions } from "./text-encoding-functions.ts";
import { yamlFunctions } from "./yaml-functions.ts";

/** All functions of the language by name. A new function is an item in one of the tables. */
export function standardFunctions(
  environment: FunctionEnvironment,
): ReadonlyMap<string, FunctionDeclaration> {
  const all: readonly FunctionDeclaration[] = [
    ...STRING_FUNCTIONS,
    ...NUMBER_FUNCTIONS,
    ...COLLECTION_FUNCTIONS,
    ...MAPPING_FUNCTIONS,
    ...SEQUENCE_FUNCTIONS,
    FLATTEN,
    SLICE,
    ...CONVERSION_FUNCTIONS,
    ...FORMAT_FUNCTIONS,
    ...JSON_FUNCTIONS,
    ...LAZY_FUNCTIONS,
    ...QUANTITY_FUNCTIONS,
    ...POWER_FUNCTIONS,
    ...LIST_FUNCTIONS,
    ...SET_FUNCTIONS,
    SET_PRODUCT,
    ...MARK_FUNCTIONS,
    ...ASSUMPTION_FUNCTIONS,
    ...REMOVED_FUNCTIONS,
    ...HASH_FUNCTIONS,
    ...RSA_FUNCTIONS,
    ...ENCODING_FUNCTIONS,
    ...textEncodingFunctions(environment.packages),
    ...regexFunctions(environment.packages),
    ...identityFunctions(environment),
    ...fileFunctions(environment.files),
    ...pathFunctions(environment.files),
    ...dateFunctions(environment),
    ...CIDR_FUNCTIONS,
    ...CSV_FUNCTIONS,
    ...yamlFunctions(environment),
    ...templateFunctions({ files: environment.files, functions: () => functions }),
  ];
  const functions: ReadonlyMap<string, FunctionDeclaration> = new Map(
    all.map((declaration) => [declaration.name, declaration]),
  );
  return functions;
}
