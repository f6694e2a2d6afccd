/** Where the server listens; `port` 0 is not known yet. */
export type Bound = { host: string; port: number };

/** Which names this server answers to, and whose pages may act through it. */
export type Addresses = {
  answersTo(host: string): boolean;
  /** `host`: what the request was sent to; it answers to that already. */
  mayActFrom(origin: string, host: string): boolean;
};

const LOCAL_NAMES = ['localhost', '127.0.0.1', '[::1]'];
const DEFAULT_PORTS: Record<string, number> = { 'http:': 80, 'https:': 443 };

/** With the port written out, so that two spellings of one place are one text. */
const written = (name: string, port: number): string => `${name.toLowerCase()}:${port}`;

const bracketed = (host: string): string => (host.includes(':') && !host.startsWith('[') ? `[${host}]` : host);

const hostOf = (header: string, scheme: string): string =>
  /:\d+$/.test(header) ? header.toLowerCase() : written(header, DEFAULT_PORTS[scheme] ?? 0);

/**
 * A page elsewhere can point its own name at this machine and then call us as its own server (DNS rebinding): so only the names that we know
 * are answered to. And it can make a browser send requests here: so only pages of ours may change anything.
 */
export const addressesOf = (bound: Bound, publicUrl: string): Addresses => {
  const open = new URL(publicUrl);
  const openHost = hostOf(open.host, open.protocol);
  const local = new Set([bound.host, ...LOCAL_NAMES].map((name) => written(bracketed(name), bound.port)));
  return {
    answersTo: (host) => hostOf(host, open.protocol) === openHost || local.has(hostOf(host, 'http:')),
    mayActFrom(origin, host) {
      if (origin === open.origin) return true;
      const here = hostOf(host, 'http:');
      // A page over plain HTTP must not act on a site that is served over TLS.
      const secured = open.protocol === 'https:' && here === hostOf(open.host, 'http:');
      return !secured && local.has(here) && origin.startsWith('http://') && hostOf(origin.slice('http://'.length), 'http:') === here;
    },
  };
};
