import type { Socket } from 'node:net';
import { Client, errors } from 'undici';
import { err, ok, type Result } from '../../result.ts';
import type { ToolError } from '../tool.ts';
import { type Body, LARGEST_ANSWER, readBody, unpack } from './answer.ts';
import { addressesFor, type Lookup, type OpenPrivate, openConnection, systemLookup } from './connect.ts';
import { readTarget, type Target } from './target.ts';

export type Outgoing = {
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: string;
  /** The places that the policy in force allows. */
  allowed: readonly string[];
  signal: AbortSignal;
  /** Called when the connection stands, right before the first byte of the request. What it throws goes through. */
  beforeDispatch(): Promise<void>;
};

/** `body` is absent where it was packed in a way that could not be undone within the limit. */
export type Incoming = { status: number; location: string | undefined; type: string; body: Body | undefined };

export type Egress = {
  /** Sends one request over a connection of its own and reads the answer. Redirects are answers: nothing follows them. */
  send(outgoing: Outgoing): Promise<Result<Incoming, ToolError>>;
  /** Whether the operator opened this place although its address is private. */
  opens(place: string): boolean;
};

export type EgressOptions = { openPrivate?: OpenPrivate; lookup?: Lookup; timeoutMs?: number; largest?: number };

const TIME_LIMIT_MS = 30_000;
const LARGEST_HEAD = 32 * 1024;

const lost = (code: string, message: string): Result<never, ToolError> => err({ code, message, notDispatched: false });

const first = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);

/** A client for this one connection: asked for a second one, there is none, so that nothing is ever sent again by itself. */
const clientOn = (socket: Socket, target: Target): Client => {
  let given = false;
  return new Client(target.url.origin, {
    connect: (_where, done) => {
      const again = given;
      given = true;
      // The vendor sends nothing over a connection that it is given before it has finished asking for it.
      queueMicrotask(() => (again ? done(new Error('one connection, one request'), null) : done(null, socket)));
    },
    maxHeaderSize: LARGEST_HEAD,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
};

const ask = async (client: Client, target: Target, at: { outgoing: Outgoing; signal: AbortSignal; largest: number }): Promise<Incoming> => {
  const { method, headers, body } = at.outgoing;
  const {
    statusCode,
    headers: head,
    body: stream,
  } = await client.request({
    // The six methods of the schema; the vendor's type is a closed list.
    method: method as 'GET',
    path: `${target.url.pathname}${target.url.search}`,
    headers: { 'user-agent': 'Wilco', accept: '*/*', 'accept-encoding': 'identity', ...headers },
    body: body ?? null,
    signal: at.signal,
    reset: true,
  });
  const read = await readBody(stream, at.largest);
  const unpacked = await unpack(read, first(head['content-encoding']) ?? '', at.largest);
  return { status: statusCode, location: first(head.location), type: first(head['content-type']) ?? '', body: unpacked };
};

type Limits = { openPrivate: OpenPrivate; lookup: Lookup; timeoutMs: number; largest: number };

/** A connection to where the request may go, or why it may not, or cannot. */
const reach = async (
  outgoing: Outgoing,
  at: Limits & { signal: AbortSignal },
): Promise<Result<{ target: Target; socket: Socket }, ToolError>> => {
  const target = readTarget(outgoing.url);
  if (!target.ok) return err({ ...target.error, notDispatched: true });
  const { place } = target.value;
  if (!outgoing.allowed.includes(place))
    return err({ code: 'host_not_allowed', message: `The policy does not allow requests to ${place}.`, notDispatched: true });
  const addresses = await addressesFor(target.value, at);
  if (!addresses.ok) return addresses;
  const socket = await openConnection(target.value, addresses.value, at.signal);
  return socket.ok ? ok({ target: target.value, socket: socket.value }) : socket;
};

/** What went wrong once the request was on its way. A request that could not be written at all never was. */
const failureOf = (error: unknown, { place }: Target, signal: AbortSignal): Result<never, ToolError> => {
  if (error instanceof errors.InvalidArgumentError)
    return err({ code: 'request_invalid', message: 'That request cannot be written as HTTP. Nothing was sent.', notDispatched: true });
  if (signal.aborted) return lost('reply_timed_out', `${place} did not answer in time.`);
  return lost('reply_lost', `The connection to ${place} broke before its answer came.`);
};

/**
 * The one way out of the house. Every request is held against the policy's list of hosts and against the addresses that the host has at this
 * very moment, and goes over a connection of its own to exactly such an address.
 */
export const createEgress = (options: EgressOptions = {}): Egress => {
  const { openPrivate = new Set<string>(), lookup = systemLookup, timeoutMs = TIME_LIMIT_MS, largest = LARGEST_ANSWER } = options;

  const send = async (outgoing: Outgoing): Promise<Result<Incoming, ToolError>> => {
    const signal = AbortSignal.any([outgoing.signal, AbortSignal.timeout(timeoutMs)]);
    const reached = await reach(outgoing, { openPrivate, lookup, timeoutMs, largest, signal });
    if (!reached.ok) return reached;
    const { target, socket } = reached.value;
    let client: Client | undefined;
    try {
      await outgoing.beforeDispatch();
      if (socket.destroyed)
        return err({ code: 'connect_failed', message: `${target.place} hung up at once. Nothing was sent.`, notDispatched: true });
      client = clientOn(socket, target);
      return await ask(client, target, { outgoing, signal, largest }).then(ok, (error: unknown) => failureOf(error, target, signal));
    } finally {
      await client?.destroy();
      socket.destroy();
    }
  };
  return { send, opens: (place) => openPrivate.has(place) };
};
