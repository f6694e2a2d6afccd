import { z } from '@hono/zod-openapi';

/** What every list takes. */
export const ListQuery = z.object({
  cursor: z.string().max(600).optional().openapi({ description: 'The `next` of the page before.' }),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

export const IdParam = z.object({ id: z.string().min(1).max(300) });
