import { z } from 'zod';
import { ok, type Result } from '../result.ts';
import { type ConfigError, invalid } from './invalid.ts';

/** The variables of whatever leaves the house. */
export const OUTSIDE_SETTINGS = {
  WILCO_SECRET_KEY: z
    .string()
    .min(32, 'WILCO_SECRET_KEY needs at least 32 random characters: it opens every stored secret. Leave it out and Wilco makes one.')
    .optional(),
  WILCO_EGRESS_PRIVATE: z
    .string()
    .regex(
      /^\s*(\[[0-9a-f:.]+\]|[^\s,:/@[\]]+)(:\d{1,5})?(\s*,\s*(\[[0-9a-f:.]+\]|[^\s,:/@[\]]+)(:\d{1,5})?)*\s*$/i,
      'WILCO_EGRESS_PRIVATE lists hosts with commas between them, such as hooks.internal,10.0.0.5:8080',
    )
    .optional(),
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\//, 'SMTP_URL begins with smtp:// or smtps://')
    .optional(),
  SMTP_FROM: z.string().optional(),
} as const;

const Env = z.object(OUTSIDE_SETTINGS);

export type OutsideConfig = {
  /** What secrets are kept under; null: a key that is made in the home. */
  secretKey: string | null;
  /** Hosts, with their port where it is not the usual one, that actions may reach although their address is private. */
  egressPrivate: readonly string[];
  smtp: { url: string; from: string } | null;
};

/** How actions leave the house. */
export const parseOutside = (env: z.output<typeof Env>): Result<OutsideConfig, ConfigError> => {
  const { WILCO_SECRET_KEY, WILCO_EGRESS_PRIVATE = '', SMTP_URL, SMTP_FROM } = env;
  if ((SMTP_URL === undefined) !== (SMTP_FROM === undefined))
    return invalid('SMTP_URL and SMTP_FROM go together: a mail server, and the address that e-mail comes from.');
  const places = WILCO_EGRESS_PRIVATE.split(',').map((place) => place.trim());
  return ok({
    secretKey: WILCO_SECRET_KEY ?? null,
    egressPrivate: places.filter((place) => place !== ''),
    smtp: SMTP_URL !== undefined && SMTP_FROM !== undefined ? { url: SMTP_URL, from: SMTP_FROM } : null,
  });
};
