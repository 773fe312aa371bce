import { Connection } from "tedious";
import type { Abortable } from "../../../core/kit/abortable.ts";
import type { ServerTarget } from "../../../core/resource/database-server.ts";
import { connectFailure, type Place } from "./failures.ts";
import { type ServerError, tryParseServerError } from "./server-error.ts";
import { TdsConnection } from "./tds-connection.ts";

const CONNECT_TIMEOUT_MS = 15_000;
/** The largest that the protocol allows: fewest packets for rows. */
const PACKET_SIZE = 32_767;

export type ConnectTo = Abortable & { readonly database: string };

type Configuration = ConstructorParameters<typeof Connection>[0];
type SignIn = NonNullable<Configuration["authentication"]>;

/** What tedious signs in with. */
async function readSignIn(target: ServerTarget, options: Abortable): Promise<SignIn> {
  const { username: userName, password, token } = target;
  if (token === undefined) {
    return { type: "default", options: { userName, password: await password() } };
  }
  const { signal } = options;
  return {
    type: "azure-active-directory-access-token",
    options: { token: await token({ signal }) },
  };
}

function configure(target: ServerTarget, database: string, signIn: SignIn): Configuration {
  const { ca, serverName, trustServerCertificate } = target.tls;
  return {
    server: target.host,
    authentication: signIn,
    options: {
      port: target.port,
      database,
      appName: "holdfast",
      encrypt: true,
      trustServerCertificate,
      ...(serverName === undefined ? {} : { serverName }),
      cryptoCredentialsDetails: ca === undefined ? {} : { ca },
      connectTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: 0,
      packetSize: PACKET_SIZE,
    },
  };
}

async function connect(connection: Connection, signal: AbortSignal | undefined): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const abort = (): void => connection.close();
  signal?.addEventListener("abort", abort, { once: true });
  try {
    connection.connect((error) => (error ? reject(error) : resolve()));
    await promise;
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}

/** Opens a connection and signs in; asks for the password or token only now. Rejects with SERVER_*, SERVICE_PRINCIPAL_UNMAPPED, SECRET_MISSING, AZURE_SIGN_IN_FAILED. */
export async function openConnection(
  target: ServerTarget,
  { database, signal }: ConnectTo,
): Promise<TdsConnection> {
  signal?.throwIfAborted();
  const place: Place = { target, database };
  const signIn = await readSignIn(target, { signal });
  const errors: ServerError[] = [];
  try {
    const connection = new Connection(configure(target, database, signIn));
    connection.on("errorMessage", (token: unknown) => {
      const error = tryParseServerError(token);
      if (error !== undefined) errors.push(error);
    });
    connection.on("error", () => undefined);
    await connect(connection, signal);
    connection.removeAllListeners("errorMessage");
    return new TdsConnection(connection, place);
  } catch (error) {
    signal?.throwIfAborted();
    throw connectFailure(place, error, errors);
  }
}
