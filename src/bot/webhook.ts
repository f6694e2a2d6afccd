/**
 * What an outside service calls on the port of the web side. `handle` proves for itself that it was that service: what it is given is the
 * body exactly as it came, at most 1 MiB of it.
 */
export type Webhook = { path: string; handle(request: { headers: Headers; body: string }): Promise<Response> };
