/** Whether an address that came with a payload is one of Slack's: at this host of its own, or where its API is. */
export const isSlacks = (address: string, { host, apiUrl }: { host: string; apiUrl: string }): boolean => {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  return url !== undefined && (url.origin === `https://${host}` || url.origin === new URL(apiUrl).origin);
};
