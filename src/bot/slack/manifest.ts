import { PROMPTS } from './prompts.ts';
import { ANYWHERE, SHORTCUTS } from './shortcuts.ts';

const READS = ['channels:history', 'groups:history', 'im:history', 'mpim:history'] as const;

/** Each method of the Web API that is called, with what it needs. A test holds this against the code. */
export const METHODS = {
  'auth.test': [],
  'users.info': ['users:read'],
  'usergroups.list': ['usergroups:read'],
  'usergroups.users.list': ['usergroups:read'],
  'conversations.open': ['im:write'],
  'conversations.list': ['channels:read', 'groups:read'],
  'conversations.history': READS,
  'conversations.replies': READS,
  'chat.postMessage': ['chat:write'],
  'chat.postEphemeral': ['chat:write'],
  'chat.update': ['chat:write'],
  'chat.startStream': ['chat:write'],
  'chat.appendStream': ['chat:write'],
  'chat.stopStream': ['chat:write'],
  'agents.sessions.setStatus': ['chat:write'],
  'assistant.threads.setSuggestedPrompts': ['assistant:write'],
  'views.open': [],
  'views.push': [],
  'views.update': [],
  'views.publish': [],
} as const satisfies Record<string, readonly string[]>;

/** Each event that is listened to, with what it needs. */
export const EVENTS = {
  app_mention: ['app_mentions:read'],
  app_home_opened: [],
  app_uninstalled: [],
  tokens_revoked: [],
  agent_session_stopped: ['chat:write'],
  'message.channels': ['channels:history'],
  'message.groups': ['groups:history'],
  'message.im': ['im:history'],
  'message.mpim': ['mpim:history'],
} as const satisfies Record<string, readonly string[]>;

/** What comes with a message is fetched from Slack's file server; slash commands come by a scope of their own. */
const OTHERS = ['files:read', 'commands'];

export const SCOPES: readonly string[] = [
  ...new Set([...Object.values(METHODS).flat(), ...Object.values(EVENTS).flat(), ...OTHERS]),
].sort();

/** `/wilco` takes every command; these stand beside it, for those that are needed in a hurry, and can be left out. */
const COMMANDS = [
  { command: '/wilco', description: 'A command, or what should happen', usage_hint: 'status' },
  { command: '/approvals', description: 'What waits for a decision' },
  { command: '/metrics', description: 'What was proposed, decided and run' },
  { command: '/pause', description: 'Hold all work', usage_hint: 'why' },
  { command: '/resume', description: 'Go on with what a pause held', usage_hint: 'why' },
];

/** `requestUrl` null: socket mode. `short`: the commands beside `/wilco`, which another app of the workspace may have taken. */
export type Made = { requestUrl: string | null; short: boolean };

/** What Slack is asked to make. */
export const manifest = ({ requestUrl, short }: Made): Record<string, unknown> => {
  const url = requestUrl === null ? {} : { request_url: requestUrl };
  const called = requestUrl === null ? {} : { url: requestUrl };
  const commands = COMMANDS.slice(0, short ? COMMANDS.length : 1);
  return {
    display_information: { name: 'Wilco', description: 'Say what should happen, approve the exact action, and it is carried out.' },
    features: {
      agent_view: {
        agent_description: 'Say what should happen. You get exact actions to approve, and nothing is done before that.',
        suggested_prompts: PROMPTS,
      },
      app_home: { home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: false },
      bot_user: { display_name: 'Wilco', always_online: true },
      slash_commands: commands.map((command) => ({ ...command, should_escape: true, ...called })),
      shortcuts: [
        ...SHORTCUTS.map(({ callback_id, name, description }) => ({ type: 'message', callback_id, name, description })),
        { type: 'global', callback_id: ANYWHERE.callback_id, name: ANYWHERE.name, description: ANYWHERE.description },
      ],
    },
    oauth_config: { scopes: { bot: SCOPES } },
    settings: {
      event_subscriptions: { ...url, bot_events: Object.keys(EVENTS).sort() },
      interactivity: { is_enabled: true, ...url },
      org_deploy_enabled: false,
      socket_mode_enabled: requestUrl === null,
      token_rotation_enabled: false,
    },
  };
};

/** A page of Slack's on which the app stands ready, to be looked at and made. */
export const manifestLink = (made: Made): string =>
  `https://api.slack.com/apps?new_app=1&manifest_json=${encodeURIComponent(JSON.stringify(manifest(made)))}`;
