import { z } from '@hono/zod-openapi';

/** A post that was put aside. */
export const PutAside = z.object({ messageId: z.string() }).openapi('PutAside');
