import { lookup as resolve } from 'node:dns/promises';
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { err, ok, type Result } from '../../result.ts';
import type { ToolError } from '../tool.ts';
import { isAddress, isPublicAddress, plainAddress } from './address.ts';
import { bareHost, type Target } from './target.ts';

/** Every address of a name. */
export type Lookup = (host: string) => Promise<readonly string[]>;

export const systemLookup: Lookup = async (host) => (await resolve(host, { all: true, verbatim: true })).map(({ address }) => address);

/** Names of places that the operator opened although their addresses are private. */
export type OpenPrivate = ReadonlySet<string>;

const nothingSent = (code: string, message: string): Result<never, ToolError> =>
  err({ code, message: `${message} Nothing was sent.`, notDispatched: true });

/** How many of a name's addresses are tried before it counts as out of reach. */
const MOST_ADDRESSES = 4;

/** The work, or undefined when the signal comes first; what the work comes to later is nobody's. */
export const unlessAborted = <T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> =>
  new Promise((settle, reject) => {
    const stop = () => settle(undefined);
    work.then(settle, reject).finally(() => signal.removeEventListener('abort', stop));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });

/**
 * The addresses to connect to, each of them looked at. One that is not public is enough to refuse: what a name answers now is what is
 * connected to, and it is not asked a second time.
 */
export const addressesFor = async (
  target: Target,
  at: { lookup: Lookup; openPrivate: OpenPrivate; signal: AbortSignal },
): Promise<Result<readonly string[], ToolError>> => {
  const host = bareHost(target.host);
  const found = isAddress(host) ? [host] : await unlessAborted(at.lookup(host), at.signal).catch(() => []);
  if (!found) return nothingSent('connect_timed_out', `Finding ${target.host} took longer than it may.`);
  if (found.length === 0) return nothingSent('host_unknown', `The name ${target.host} has no address: check how it is written.`);
  if (!at.openPrivate.has(target.place) && !found.every(isPublicAddress))
    return nothingSent(
      'address_private',
      `${target.host} leads to an address inside a network, which only the operator can open (WILCO_EGRESS_PRIVATE).`,
    );
  return ok(found.slice(0, MOST_ADDRESSES));
};

class NotConnected extends Error {
  override name = 'NotConnected';
  readonly tls: boolean;
  constructor(tls: boolean) {
    super('not connected');
    this.tls = tls;
  }
}

/** One connection to one address, never to a name: nothing is resolved in here. */
const connectTo = (address: string, target: Target, signal: AbortSignal): Promise<Socket> => {
  const secure = target.url.protocol === 'https:';
  const host = bareHost(target.host);
  const place = { host: address, port: target.port, autoSelectFamily: false };
  // By the name in the address, also though an address is connected to. An address that was asked for by number is held against that.
  const named = isAddress(host) ? {} : { servername: host };
  const socket = secure ? connectTls({ ...place, ...named, ALPNProtocols: ['http/1.1'] }) : connectPlain(place);
  let reached = false;
  return new Promise((settle, reject) => {
    const stop = () => socket.destroy(new NotConnected(false));
    const fail = () => reject(new NotConnected(secure && reached));
    const done = () => {
      signal.removeEventListener('abort', stop);
      socket.off('error', fail);
      socket.off('close', fail);
      settle(socket);
    };
    socket.on('error', fail);
    socket.on('close', fail);
    socket.once('connect', () => {
      reached = true;
    });
    socket.once(secure ? 'secureConnect' : 'connect', done);
    // An error that comes between this and the next reader must not end the process.
    socket.on('error', () => undefined);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  });
};

const isWhereItShouldBe = (socket: Socket, address: string): boolean =>
  plainAddress(socket.remoteAddress ?? '') === plainAddress(address) && plainAddress(address) !== undefined;

/** Connects to the first address that answers. Every refusal here comes before the first byte of the request. */
export const openConnection = async (
  target: Target,
  addresses: readonly string[],
  signal: AbortSignal,
): Promise<Result<Socket, ToolError>> => {
  let tls = false;
  for (const address of addresses) {
    const socket = await connectTo(address, target, signal).catch((error: unknown) => {
      if (!(error instanceof NotConnected)) throw error;
      tls ||= error.tls;
      return undefined;
    });
    if (socket && isWhereItShouldBe(socket, address)) return ok(socket);
    socket?.destroy();
    if (signal.aborted) return nothingSent('connect_timed_out', `Connecting to ${target.place} took longer than it may.`);
  }
  if (tls) return nothingSent('tls_failed', `${target.place} cannot prove that it is ${target.host}, or does not speak TLS.`);
  return nothingSent('connect_failed', `${target.place} cannot be reached.`);
};
