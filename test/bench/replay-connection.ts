import { Connection, type ConnectionConfiguration } from "tedious";
import { formatAddress } from "../../core/address/address.ts";
import { TdsConnection } from "../../providers/sqlserver/connection/tds-connection.ts";

interface ReplayPlace {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly options: ConnectionConfiguration["options"];
}

/** A connection to a server on this machine that is no server block. */
export async function openReplay({
  port,
  user,
  password,
  options,
}: ReplayPlace): Promise<TdsConnection> {
  const connection = new Connection({
    server: "127.0.0.1",
    authentication: { type: "default", options: { userName: user, password } },
    options: { port, packetSize: 32_767, requestTimeout: 0, ...options },
  });
  await new Promise<void>((resolve, reject) => {
    connection.connect((error) => (error ? reject(error) : resolve()));
  });
  const target = {
    address: formatAddress("server", "replay"),
    host: "127.0.0.1",
    port,
    username: user,
    password: () => Promise.resolve(password),
    tls: { trustServerCertificate: true },
  };
  return new TdsConnection(connection, { target });
}
