import { createServer } from 'node:net';
import type { Config } from '../../config.ts';
import { type Check, type Finding, fail, ok, warn } from '../check.ts';

const LOCAL = /^(127\.|localhost$|::1$|\[::1\]$)/;
const PATIENCE_MS = 3000;

const isFree = ({ host, port }: Config['web']): Promise<'free' | string> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.name));
    probe.listen({ host, port }, () => probe.close(() => resolve('free')));
  });

/** Whether what listens there answers as Wilco does. */
const isWilco = async ({ host, port }: Config['web']): Promise<boolean> => {
  const name = host === '0.0.0.0' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  try {
    const answer = await fetch(`http://${name}:${port}/status`, { signal: AbortSignal.timeout(PATIENCE_MS), redirect: 'error' });
    const body: unknown = await answer.json();
    return typeof body === 'object' && body !== null && 'mode' in body && 'workers' in body;
  } catch {
    return false;
  }
};

/** Whether the port is free, or held by Wilco itself. */
export const port = ({ web }: Config): Check => ({
  name: 'port',
  async run() {
    if (web.port === 0) return ok('PORT=0 takes any free one.');
    const found = await isFree(web);
    if (found === 'free') return ok(`${web.host}:${web.port} is free.`);
    if (found !== 'EADDRINUSE')
      return fail(`Wilco cannot listen on ${web.host}:${web.port} (${found}).`, 'Set HOST and PORT to an address of this machine.');
    if (await isWilco(web)) return ok(`${web.host}:${web.port} is held by a Wilco that answers.`);
    return fail(`Something else holds ${web.host}:${web.port}.`, 'Stop it, or set PORT to another one.');
  },
});

const judge = (host: string, publicUrl: string): Finding => {
  const { protocol, hostname } = new URL(publicUrl);
  const exposed = !LOCAL.test(host);
  if (exposed && LOCAL.test(hostname))
    return warn(
      `HOST=${host} lets others in, and PUBLIC_URL leads them to their own machines.`,
      'Set PUBLIC_URL to the address that they use.',
    );
  if (protocol === 'http:' && !LOCAL.test(hostname))
    return warn(
      'PUBLIC_URL is http: sign-in links and cookies can be read on the way.',
      'Put a proxy with https before Wilco, and set PUBLIC_URL to its address.',
    );
  return ok(`People reach it at ${new URL(publicUrl).origin}.`);
};

/** Whether the address that people use makes sense beside the one that Wilco listens on. */
export const publicAddress = ({ web }: Config): Check => ({
  name: 'address',
  run: async () => (web.publicUrl === null ? ok(`Only this machine reaches it (HOST=${web.host}).`) : judge(web.host, web.publicUrl)),
});
