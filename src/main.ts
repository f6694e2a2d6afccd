import { parseConfig, VERSION } from './config.ts';
import { createLog, type Log } from './log.ts';
import { joinChat, startBot } from './start/bot.ts';
import { openDoor, startTelling } from './start/door.ts';
import { insteadOfStart } from './start/instead.ts';
import { createHeart, type Opened, openEverything, Refused, type Running, say } from './start/opened.ts';
import { startWork } from './start/work.ts';
import { startTracing } from './trace.ts';

const stopAll = async (running: Running, log: Log): Promise<void> => {
  for (const one of running.splice(0))
    await one
      .stop()
      .catch((error: unknown) => log.error({ part: one.name, err: error instanceof Error ? error.name : 'unknown' }, 'part.not_stopped'));
};

/** Ctrl-C lets what is under way finish; a second one does not wait. Killed outright, nothing is lost either. */
const stopOnSignal = (running: Running, log: Log): void => {
  let asked = false;
  const stop = () => {
    if (asked) process.exit(130);
    asked = true;
    say('\nStopping …');
    void stopAll(running, log).then(() => process.exit(0));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
};

const main = async (): Promise<void> => {
  const config = parseConfig(process.env, process.argv.slice(2));
  const running: Running = [];
  const log = createLog(config.ok ? config.value.logLevel : 'warn');
  try {
    if (!config.ok) throw new Refused(config.error.message);
    for (const name of config.value.unknown) say(`${name} is set, and this version of Wilco does nothing with it.`);
    const ended = await insteadOfStart(config.value, log);
    if (ended !== undefined) process.exit(ended);
    stopOnSignal(running, log);
    if (config.value.tracing) running.unshift({ name: 'traces', stop: await startTracing({ ...config.value.tracing, version: VERSION }) });
    const opened = await openEverything(config.value, log, running);
    const open: Opened = { ...opened, ...createHeart({ ...opened, home: config.value.home, log }), config: config.value, log, running };
    const made = await startBot(open);
    await startWork(open, made);
    await joinChat(open, made);
    const pusher = await startTelling(open, made);
    await openDoor(open, made, pusher);
  } catch (error) {
    say(error instanceof Refused ? error.message : `Wilco could not start: ${error instanceof Error ? error.message : String(error)}`);
    await stopAll(running, log);
    process.exit(1);
  }
};

await main();
