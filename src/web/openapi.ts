import type { OpenAPIHono } from '@hono/zod-openapi';
import { SESSION_COOKIE } from './caller.ts';
import type { WebDeps, WebEnv } from './deps.ts';
import { StreamEvent } from './schemas.ts';

const ABOUT = `Say what should happen, approve the exact action, and a worker carries it out.

Every error is \`application/problem+json\` with a stable \`code\`; \`detail\` is one sentence for a person. Lists are paged: send \`next\` as \`cursor\`.
A GET never changes anything. Whoever calls is known by \`X-API-Key\` or the signed-in cookie alone; \`X-Client-Id\` is a client's name for itself and comes back as it was.`;

const KEY = {
  type: 'apiKey',
  in: 'header',
  name: 'X-API-Key',
  description: 'A key acts as its person, at most as far as the key goes. A service key proposes and never decides.',
} as const;
const SESSION = {
  type: 'apiKey',
  in: 'cookie',
  name: SESSION_COOKIE,
  description: 'Set by signing in. What changes anything is taken from pages of this very address alone.',
} as const;

/** The OpenAPI document: made from the routes themselves, so that it says what they do. */
export const describeApi = (app: OpenAPIHono<WebEnv>, { version, publicUrl }: WebDeps) => {
  const { openAPIRegistry } = app;
  openAPIRegistry.registerComponent('securitySchemes', 'key', KEY);
  openAPIRegistry.registerComponent('securitySchemes', 'session', SESSION);
  openAPIRegistry.register('StreamEvent', StreamEvent);
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'Wilco', version, description: ABOUT, license: { name: 'MIT' } },
    servers: [{ url: publicUrl() }],
  });
};
