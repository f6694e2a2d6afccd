import ipaddr from 'ipaddr.js';

/** Answers on a public address, and is a machine's own business all the same: the metadata server of a cloud. */
const METADATA = new Set(['168.63.129.16']);

/** All of the IPv6 space that is given out to anybody; what lies outside of it carries other addresses inside or stays at home. */
const GLOBAL_V6 = ipaddr.IPv6.parseCIDR('2000::/3');
/** Ranges that a list of ranges by name does not hold: relays and translators, behind which any address may stand. */
const CARRIERS = ['192.88.99.0/24', '192.0.0.0/24', '192.31.196.0/24', '192.52.193.0/24', '192.175.48.0/24'].map((range) =>
  ipaddr.IPv4.parseCIDR(range),
);

/**
 * Whether an address is one machine on the public internet. Everything else is not: loopback, private, link-local, shared, multicast,
 * reserved, documentation, and every form of IPv6 in which an IPv4 address travels. What cannot be read is not public either.
 */
export const isPublicAddress = (address: string): boolean => {
  if (!ipaddr.isValid(address) || address.includes('%')) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  if (parsed instanceof ipaddr.IPv6) return parsed.match(GLOBAL_V6);
  // The library also reads `127.1` and `0x7f.1`; a resolver answers four numbers and nothing else.
  if (!ipaddr.IPv4.isValidFourPartDecimal(address) || METADATA.has(address)) return false;
  return !CARRIERS.some((range) => parsed.match(range));
};

export const isAddress = (host: string): boolean => ipaddr.isValid(host);

/** The same address in one spelling, so that two of them can be compared; undefined for what is none. */
export const plainAddress = (address: string): string | undefined =>
  ipaddr.isValid(address) ? ipaddr.process(address).toNormalizedString() : undefined;
