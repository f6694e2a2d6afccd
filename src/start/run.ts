import { type Config, VERSION } from '../config.ts';
import { createLog, type Log } from '../log.ts';
import { startTracing } from '../trace.ts';
import { joinChat, startBot } from './bot.ts';
import { openDoor, startTelling } from './door.ts';
import { insteadOfStart } from './instead.ts';
import { createHeart, type Opened, openEverything, Refused, type Running, say } from './opened.ts';
import { startWork } from './work.ts';

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

/** Starts what this installation is set up for, and runs until it is told to stop; or does what was asked for in the place of a start. */
export const run = async (config: Config): Promise<void> => {
  const running: Running = [];
  const log = createLog(config.logLevel);
  try {
    for (const name of config.unknown) say(`${name} is set, and this version of Wilco does nothing with it.`);
    const ended = await insteadOfStart(config, log);
    if (ended !== undefined) process.exit(ended);
    stopOnSignal(running, log);
    if (config.tracing) running.unshift({ name: 'traces', stop: await startTracing({ ...config.tracing, version: VERSION }) });
    const opened = await openEverything(config, log, running);
    const open: Opened = { ...opened, ...createHeart({ ...opened, home: config.home, log }), config, log, running };
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
