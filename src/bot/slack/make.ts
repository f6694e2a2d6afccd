import { webApi } from '@slack/bolt';
import { z } from 'zod';
import type { SlackMaking } from '../../config/slack.ts';
import { err, ok, type Result } from '../../result.ts';
import { surfaceError } from './errors.ts';
import { type Made, manifest } from './manifest.ts';
import { quietOptions } from './options.ts';

const Told = z.object({ app_id: z.string(), oauth_authorize_url: z.string().optional() });

/** The pages of an app that was made just now. Its secrets are on them, and are printed nowhere. */
export type MadeApp = { settings: string; install: string };

/** Has Slack make the app itself, from the manifest. Not safe to repeat: each call makes another app. */
export const makeApp = async (
  { configToken, apiUrl }: SlackMaking,
  made: Made,
): Promise<Result<MadeApp, { code: string; message: string }>> => {
  const client = new webApi.WebClient(configToken, quietOptions({ apiUrl }));
  try {
    const told = Told.parse(await client.apps.manifest.create({ manifest: JSON.stringify(manifest(made)) as never })); // as Slack documents it; the client's types ask for an object
    const settings = `https://api.slack.com/apps/${told.app_id}`;
    return ok({ settings, install: `${settings}/install-on-team` });
  } catch (error) {
    return err({ code: 'slack_refused', message: surfaceError(error).message });
  }
};
