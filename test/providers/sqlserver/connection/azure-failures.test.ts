import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAddress } from "../../../../core/address/address.ts";
import type { Place } from "../../../../providers/sqlserver/connection/failures.ts";
import { connectFailure, isPassing } from "../../../../providers/sqlserver/connection/failures.ts";
import { withCode } from "../../../support/with-code.ts";

const place: Place = {
  target: {
    address: formatAddress("server", "orders"),
    host: "orders.database.windows.net",
    port: 1433,
    username: "the application 1f0e",
    tls: { trustServerCertificate: false },
  },
  database: "Orders",
};

function refusal(number: number, message: string, target: Partial<Place["target"]> = {}) {
  const error = { number, class: 14, line: 1, procedure: "", message };
  const at = { ...place, target: { ...place.target, ...target } };
  return connectFailure(at, new Error("refused"), [error]);
}

// learn.microsoft.com: sql/relational-databases/errors-events/database-engine-events-and-errors-31000-to-41399
const BLOCKED =
  "Cannot open server 'orders' requested by the login. Client with IP address '203.0.113.7' is not allowed to access the server.";

test("an address that the firewall keeps out is told with the rule that lets it in, and is not tried again", () => {
  const azure = { resourceGroup: "databases", name: "orders" };
  const told = refusal(40615, BLOCKED, { azure });
  const command =
    "az sql server firewall-rule create --resource-group databases --server orders --name holdfast --start-ip-address 203.0.113.7 --end-ip-address 203.0.113.7";
  withCode("SERVER_FIREWALL", command)(told);
  assert.equal(isPassing(told), false);
  withCode(
    "SERVER_FIREWALL",
    "--resource-group RESOURCE_GROUP --server orders",
  )(refusal(40615, BLOCKED));
});

test("networks without a rule, and public access that is off, have commands of their own", () => {
  withCode("SERVER_FIREWALL", "az sql server vnet-rule create")(refusal(40914, "No rule."));
  withCode("SERVER_FIREWALL", "--enable-public-network true")(refusal(47073, "Denied."));
});

test("a refused token is an identity without a user, a refused password is not", () => {
  const message = "Login failed for user '<token-identified principal>'.";
  const token = () => Promise.resolve("not a token");
  const unmapped = refusal(18456, message, { token });
  withCode("SERVICE_PRINCIPAL_UNMAPPED", "CREATE USER [app] FROM EXTERNAL PROVIDER")(unmapped);
  withCode("SERVICE_PRINCIPAL_UNMAPPED", "db_datareader")(refusal(916, message, { token }));
  withCode("SERVER_SIGN_IN_FAILED")(refusal(18456, message));
});
