/**
 * The push services of the browsers there are. A browser names the address that Wilco is to send to, so it could name any: only these are
 * believed, by https and on its own port, and what they answer is never followed elsewhere.
 */
const SERVICES = [
  /^fcm\.googleapis\.com$/,
  /^jmt17\.google\.com$/,
  /^([a-z0-9-]+\.)*push\.services\.mozilla\.com$/,
  /^([a-z0-9-]+\.)*push\.apple\.com$/,
  /^([a-z0-9-]+\.)*notify\.windows\.com$/,
] as const;

const LONGEST = 2000;

/** Whether an address is one of a known push service. */
export const isPushService = (endpoint: string): boolean => {
  if (endpoint.length > LONGEST || !URL.canParse(endpoint)) return false;
  const { protocol, hostname, port, username, password, hash } = new URL(endpoint);
  if (protocol !== 'https:' || port !== '' || username !== '' || password !== '' || hash !== '') return false;
  return SERVICES.some((service) => service.test(hostname));
};
