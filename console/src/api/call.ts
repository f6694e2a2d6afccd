import { problemOf, unreached } from './problem.ts';

const readBody = async (response: Response): Promise<unknown> => {
  const text = await response.text();
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    return null; // not JSON: `problemOf` says so
  }
};

const send = async (path: string, init: RequestInit): Promise<unknown> => {
  const response = await fetch(path, { ...init, credentials: 'same-origin' }).catch(() => {
    throw unreached();
  });
  const body = await readBody(response);
  if (!response.ok) throw problemOf(response.status, body);
  return body;
};

// The shape of an answer is the server's schema, from which the type is made: it is not parsed a second time here.
export const get = async <T>(path: string, signal?: AbortSignal): Promise<T> =>
  (await send(path, { headers: { accept: 'application/json' }, ...(signal ? { signal } : {}) })) as T;

const sendJson = async <T>(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body: Record<string, unknown>): Promise<T> =>
  (await send(path, {
    method,
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(body),
  })) as T;

export const post = <T>(path: string, body: Record<string, unknown> = {}): Promise<T> => sendJson('POST', path, body);
export const put = <T>(path: string, body: Record<string, unknown>): Promise<T> => sendJson('PUT', path, body);
export const patch = <T>(path: string, body: Record<string, unknown>): Promise<T> => sendJson('PATCH', path, body);
export const del = <T>(path: string): Promise<T> => sendJson('DELETE', path, {});
