import { err } from '../result.ts';

export type ConfigError = { code: 'config_invalid'; message: string };

/** Why the settings cannot be started with, in a sentence that says what to change. */
export const invalid = (message: string) => err({ code: 'config_invalid' as const, message });
