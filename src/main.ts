import { enableCompileCache, flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { parseConfig } from './config.ts';

const config = parseConfig(process.env, process.argv.slice(2));
if (!config.ok) {
  process.stdout.write(`${config.error.message}\n`);
  process.exit(1);
}
// What is wrong with the settings is said before everything else is loaded, and what was loaded once is compiled no more. In the
// installation's own folder: code in a folder that everybody may write to is not to be trusted.
enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/wilco'));
const { run } = await import('./start/run.ts');
await run(config.value);
// Now, for a process that is killed writes nothing when it ends.
flushCompileCache();
