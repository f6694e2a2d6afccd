import { type Check, fail, ok } from '../check.ts';

const LOWEST = [22, 12] as const;

export const nodeVersion = (version = process.versions.node): Check => ({
  name: 'node',
  async run() {
    const [major = 0, minor = 0] = version.split('.').map(Number);
    const enough = major > LOWEST[0] || (major === LOWEST[0] && minor >= LOWEST[1]);
    return enough ? ok(`Node ${version}`) : fail(`Node ${version} is too old.`, `Install Node ${LOWEST.join('.')} or later.`);
  },
});
