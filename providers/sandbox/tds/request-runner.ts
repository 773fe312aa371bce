import type { ResultSink, Session, SqlError } from "../session/session.ts";
import { BulkReader } from "./bulk-reader.ts";
import { ByteReader, ProtocolError } from "./byte-reader.ts";
import type { Message, PacketSource } from "./message.ts";
import { PACKET, type Packet, STATUS_IGNORE } from "./packet.ts";
import { BULK_INTERRUPTED, describeFailure, describeProtocolError } from "./protocol-messages.ts";
import { skipAllHeaders } from "./request-headers.ts";
import type { ResponseStream } from "./response-stream.ts";
import { type ResultContext, ResultWriter } from "./result-writer.ts";
import { parseRpcRequest, type RpcCall } from "./rpc-request.ts";
import { DONE_ATTENTION, DONE_ERROR, FATAL_CLASS, writeEmptyDone, writeMessage } from "./tokens.ts";
import { parseTransactionMessage } from "./transaction-message.ts";
import { UnknownTypeError } from "./type-info-reader.ts";

export interface RequestContext {
  readonly session: Session;
  readonly stream: ResponseStream;
  readonly signal: AbortSignal;
}

/** Whether the connection goes on after a request. */
export type Continuation = "open" | "ended";

function createWriter(context: RequestContext, kind: ResultContext["kind"]): ResultWriter {
  const { serverName } = context.session;
  return new ResultWriter({ ...context, serverName, kind });
}

/** Runs one step of a request; what the engine throws becomes an error that ends the connection. */
async function guard(writer: ResultSink, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    writer.message(describeFailure(error));
  }
}

function end(context: RequestContext, writer: ResultWriter): Continuation {
  context.stream.end();
  return writer.isFatal ? "ended" : "open";
}

async function runBatch(context: RequestContext, payload: Buffer): Promise<Continuation> {
  const { session, signal } = context;
  const reader = new ByteReader(payload);
  skipAllHeaders(reader);
  if (reader.remaining % 2 !== 0) throw new ProtocolError("a batch has an odd length");
  const sql = reader.utf16(reader.remaining / 2);
  const writer = createWriter(context, "batch");
  await guard(writer, () => session.batch(sql, writer, signal));
  writer.finish(false);
  return end(context, writer);
}

async function runCall(
  context: RequestContext,
  call: RpcCall,
  more: boolean,
): Promise<ResultWriter> {
  const { session, signal } = context;
  const writer = createWriter(context, "procedure");
  const { name, parameters } = call;
  await guard(writer, () => session.procedure(name, parameters, writer, signal));
  writer.finish(more && !writer.isFatal);
  return writer;
}

async function runCalls(context: RequestContext, payload: Buffer): Promise<Continuation> {
  const calls = parseRpcRequest(payload);
  for (const [index, call] of calls.entries()) {
    const isLast = index === calls.length - 1 || context.signal.aborted;
    const writer = await runCall(context, call, !isLast);
    if (isLast || writer.isFatal) return end(context, writer);
  }
  throw new Error("A message without calls was read. This is a bug.");
}

async function runTransaction(context: RequestContext, payload: Buffer): Promise<Continuation> {
  const requests = parseTransactionMessage(payload);
  const writer = createWriter(context, "batch");
  for (const request of requests) {
    await guard(writer, () => context.session.transaction(request, writer));
  }
  writer.finish(false);
  return end(context, writer);
}

/** Runs a request that is whole. Throws ProtocolError when it is malformed. */
async function dispatch(
  context: RequestContext,
  { type, payload }: Message,
): Promise<Continuation> {
  if (type === PACKET.batch) return runBatch(context, payload);
  if (type === PACKET.rpc) return runCalls(context, payload);
  if (type === PACKET.transaction) return runTransaction(context, payload);
  throw new ProtocolError(`a message has the unexpected type ${type}`);
}

function writeLastError(context: RequestContext, error: SqlError): Continuation {
  const { tokens } = context.stream;
  writeMessage(tokens, error, context.session.serverName);
  writeEmptyDone(tokens, DONE_ERROR);
  context.stream.end();
  return error.class >= FATAL_CLASS ? "ended" : "open";
}

/** Runs a request and writes its whole response. */
export async function runRequest(context: RequestContext, message: Message): Promise<Continuation> {
  if (message.ignored) {
    writeEmptyDone(context.stream.tokens, DONE_ERROR);
    context.stream.end();
    return "open";
  }
  try {
    return await dispatch(context, message);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return writeLastError(context, describeProtocolError(error));
  }
}

export interface BulkRequest {
  readonly first: Packet;
  readonly source: PacketSource;
  /** Ends the running load, when its client gives it up. */
  readonly abort: () => void;
}

function givesUp({ type, status }: Packet): boolean {
  return type === PACKET.attention || (status & STATUS_IGNORE) !== 0;
}

/** Runs a bulk load while it arrives. Gives the attention that cut it off, if one did, to be answered next. */
export async function runBulk(
  context: RequestContext,
  { first, source, abort }: BulkRequest,
): Promise<{ readonly next: Continuation; readonly attention: boolean }> {
  const { session, signal } = context;
  const reader = new BulkReader(first, async () => {
    const packet = await source();
    if (packet === undefined || givesUp(packet)) abort();
    return packet;
  });
  if (givesUp(first)) abort();
  const writer = createWriter(context, "batch");
  await guard(writer, async () => {
    const columns = await reader.readColumns();
    const load = { columns: columns.map(({ column }) => column), rows: reader.rows(columns) };
    await session.bulkLoad(load, writer, signal);
  });
  await reader.drain();
  const isCutOff = reader.failure !== undefined && !writer.isFatal;
  if (isCutOff)
    writer.message(
      reader.failure instanceof UnknownTypeError
        ? describeProtocolError(reader.failure)
        : BULK_INTERRUPTED,
    );
  writer.finish(false);
  return { next: end(context, writer), attention: reader.cancelled === "attention" };
}

/** Answers an attention, in a message of its own: clients count one response for each message they send. */
export function acknowledgeAttention(stream: ResponseStream): void {
  writeEmptyDone(stream.tokens, DONE_ATTENTION);
  stream.end();
}
