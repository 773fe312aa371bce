import type { ArmReply } from "./exchange.ts";

/** The code and the sentence of an error, as `error` of a body has them. */
export interface ErrorBody {
  readonly code: string;
  readonly message: string;
}

/** Thrown by the handlers of resources; becomes the body that every service of Azure Resource Manager gives (github.com/microsoft/api-guidelines, OData error). */
export class ArmError extends Error {
  override readonly name = "ArmError";
  readonly reply: ArmReply;

  constructor(status: number, error: ErrorBody, headers: Readonly<Record<string, string>> = {}) {
    super(error.message);
    this.reply = { status, headers, body: { error } };
  }
}

export function invalidRequest(code: string, message: string): ArmError {
  return new ArmError(400, { code, message });
}

/** What the sandbox knows of but does not do: refused, never passed over. */
export function notServed(what: string): ArmError {
  return new ArmError(501, {
    code: "NotImplemented",
    message: `${what} is not supported by this sandbox.`,
  });
}

export function resourceNotFound(type: string, name: string): ArmError {
  return new ArmError(404, {
    code: "ResourceNotFound",
    message: `The requested resource of type '${type}' with name '${name}' was not found.`,
  });
}

export function parentNotFound(type: string, name: string, resourceGroup: string): ArmError {
  return new ArmError(404, {
    code: "ParentResourceNotFound",
    message: `Failed to perform 'read' on resource(s) of type '${type}', because the parent resource '${name}' under resource group '${resourceGroup}' could not be found.`,
  });
}
