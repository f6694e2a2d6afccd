import { type DestinationStream, type Logger, pino } from 'pino';

export type Log = Logger;

/** Events with ids, never content: message text, tool input and tokens stay out. Paths that could carry a secret are cut even so. */
export const createLog = (level: string, destination?: DestinationStream): Log =>
  pino(
    {
      level,
      base: null,
      redact: ['*.token', '*.password', '*.authorization', '*.cookie', '*.apiKey', '*.input', '*.text', '*.url', 'url'],
    },
    ...(destination ? [destination] : []),
  );
