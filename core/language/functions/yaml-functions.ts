import { stringValue, unknownValue } from "../values/value.ts";
import { DYNAMIC, STRING } from "../values/value-type.ts";
import type { EagerFunction } from "./function-declaration.ts";
import type { FunctionEnvironment } from "./function-environment.ts";
import { anyParameter, stringParameter, textOf } from "./parameter.ts";
import { decodeYaml, YamlError } from "./yaml-decode.ts";
import { encodeYaml } from "./yaml-encode.ts";

export function yamlFunctions(environment: FunctionEnvironment): readonly EagerFunction[] {
  return [
    {
      kind: "eager",
      name: "yamldecode",
      parameters: [stringParameter("src")],
      returns: DYNAMIC,
      call([source]) {
        const read = environment.readYaml(textOf(source));
        if ("fault" in read) return read;
        try {
          return decodeYaml(read.events);
        } catch (error) {
          if (error instanceof YamlError) return { fault: error.message };
          throw error;
        }
      },
    },
    {
      kind: "eager",
      name: "yamlencode",
      parameters: [{ ...anyParameter("value"), allowsNull: true }],
      returns: STRING,
      call: ([value = unknownValue(DYNAMIC)]) => stringValue(encodeYaml(value)),
    },
  ];
}
