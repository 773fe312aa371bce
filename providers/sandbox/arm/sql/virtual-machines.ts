import { ok } from "../exchange.ts";
import { pageOf } from "../paging.ts";
import type { ArmCall, Route } from "../route.ts";
import { hostId, type SqlHost } from "../sql-host.ts";
import { requireHost } from "./find-resource.ts";
import { hostsOf } from "./servers.ts";

const PROVIDER = "providers/Microsoft.SqlVirtualMachine/sqlVirtualMachines";
const READ = "Microsoft.SqlVirtualMachine/sqlVirtualMachines/read";

/** SQL Server on a virtual machine of Azure (Microsoft.SqlVirtualMachine: GetSqlVirtualMachine). */
function describeMachine(host: SqlHost): unknown {
  const { subscriptionId, resourceGroup, name } = host;
  return {
    properties: {
      virtualMachineResourceId: `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.Compute/virtualMachines/${name}`,
      provisioningState: "Succeeded",
      sqlImageOffer: "SQL2022-WS2022",
      sqlImageSku: "Developer",
      leastPrivilegeMode: "Enabled",
      sqlManagement: "Full",
      sqlServerLicenseType: "PAYG",
      enableAutomaticUpgrade: true,
    },
    location: host.location,
    id: hostId(host),
    name,
    type: "Microsoft.SqlVirtualMachine/sqlVirtualMachines",
  };
}

function listMachines(call: ArmCall) {
  return pageOf(hostsOf("virtual_machine", call).map(describeMachine), call);
}

/** SqlVirtualMachines_Get and lists (learn.microsoft.com: rest/api/sqlvm/sql-virtual-machines). */
export const MACHINE_ROUTES: readonly Route[] = [
  {
    method: "GET",
    pattern: `/subscriptions/{subscription}/resourceGroups/{group}/${PROVIDER}/{host}`,
    action: READ,
    handle: (call) => ok(describeMachine(requireHost("virtual_machine", call))),
  },
  {
    method: "GET",
    pattern: `/subscriptions/{subscription}/${PROVIDER}`,
    action: READ,
    handle: listMachines,
  },
  {
    method: "GET",
    pattern: `/subscriptions/{subscription}/resourceGroups/{group}/${PROVIDER}`,
    action: READ,
    handle: listMachines,
  },
];
