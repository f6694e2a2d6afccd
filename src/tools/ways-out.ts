import { openSecretKey } from '../db/secret-key.ts';
import { createSecretStore, type SecretStore } from '../db/secrets.ts';
import { err, ok, type Result } from '../result.ts';
import { createEgress, type Egress } from './egress/client.ts';
import { readPlace } from './egress/target.ts';
import { createMail, type Mail } from './email/smtp.ts';

/** The ways out of the house, and what goes out by name. */
export type WaysOut = { egress: Egress; secrets: SecretStore; mail?: Mail };

type Settings = { home: string; secretKey: string | null; egressPrivate: readonly string[]; smtp: { url: string; from: string } | null };
const CONFIG = 'config_invalid';
type WaysError = { code: typeof CONFIG | 'secret_key_unusable'; message: string };

const invalid = (message: string): Result<never, WaysError> => err({ code: CONFIG, message });

/** Opens what actions need to reach anybody, as the operator set it. */
export const openWaysOut = async ({ home, secretKey, egressPrivate, smtp }: Settings): Promise<Result<WaysOut, WaysError>> => {
  const key = await openSecretKey(home, secretKey);
  if (!key.ok) return key;
  const openPrivate = new Set<string>();
  for (const written of egressPrivate) {
    const place = readPlace(written);
    if (!place.ok) return invalid(`WILCO_EGRESS_PRIVATE: ${written}. ${place.error.message}`);
    openPrivate.add(place.value);
  }
  const mail = smtp ? createMail(smtp) : undefined;
  if (smtp && !mail)
    return invalid(
      'SMTP_URL is of the form smtps://user:password@mail.example.com, and SMTP_FROM a plain address such as wilco@example.com.',
    );
  return ok({ egress: createEgress({ openPrivate }), secrets: createSecretStore(key.value), ...(mail ? { mail } : {}) });
};
