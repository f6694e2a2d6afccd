import { err, ok, type Result } from '../../result.ts';
import type { Incoming } from '../egress/client.ts';
import { withoutSecrets } from '../secret-reference.ts';
import type { ToolDone, ToolError } from '../tool.ts';
import type { Input } from './request.ts';

const LONGEST_EXCERPT = 2000;

const isText = (type: string): boolean => type === '' || /^text\/|[/+](json|xml|javascript|x-www-form-urlencoded|yaml)\b/i.test(type);

const sizeOf = (bytes: number): string => `${bytes.toLocaleString('en')} ${bytes === 1 ? 'byte' : 'bytes'}`;

/** The beginning of the answer as text, or what it is instead. What broke off may end in half a secret, so nothing of that is shown. */
const excerptOf = ({ body, type }: Incoming, values: ReadonlyMap<string, string>): string => {
  if (!body) return 'The answer is packed in a way that is not opened.';
  if (body.bytes.length === 0) return 'The answer is empty.';
  if (!isText(type)) return `The answer is ${sizeOf(body.bytes.length)} of ${type.replace(/[^\w/+.-].*$/s, '')}.`;
  if (!body.complete && values.size > 0) return `The answer was cut after ${sizeOf(body.bytes.length)}; it is not shown.`;
  const text = withoutSecrets(body.bytes.toString('utf8'), values);
  const cut = text.length > LONGEST_EXCERPT || !body.complete;
  return `The answer${cut ? ' begins' : ''}:\n${text.slice(0, LONGEST_EXCERPT).toWellFormed()}${cut ? '\n…' : ''}`;
};

const redirect = (input: Input, { status, location }: Incoming, values: ReadonlyMap<string, string>): ToolError => {
  const to = location === undefined ? '' : ` to ${withoutSecrets(location, values).slice(0, 300)}`;
  const said = `It answered ${status}, a redirect${to}, which is not followed: ask for that address if it is the right one.`;
  // Behind a form that was sent these mean "done, look there"; the other two say that it has to be sent again.
  const perhapsDone = !['GET', 'HEAD'].includes(input.method) && [300, 301, 302, 303].includes(status);
  return { code: 'redirected', message: said, notDispatched: !perhapsDone };
};

/**
 * What an answer means. 2xx is done. 4xx is a definite refusal, so provably nothing was done. Anything that the other side failed at is
 * unknown: it may have been done before the failure.
 */
export const outcomeOf = (input: Input, incoming: Incoming, values: ReadonlyMap<string, string>): Result<ToolDone, ToolError> => {
  const { status } = incoming;
  const excerpt = excerptOf(incoming, values);
  const place = new URL(input.url).host;
  if (status >= 200 && status < 300) {
    const data = { status, bytes: incoming.body?.bytes.length ?? 0, complete: incoming.body?.complete ?? false };
    return ok({ summary: `${input.method} ${place} answered ${status}. ${excerpt}`, data });
  }
  if (status >= 300 && status < 400) return err(redirect(input, incoming, values));
  if (status >= 400 && status < 500)
    return err({ code: 'refused_there', message: `${place} refused it with ${status}. ${excerpt}`, notDispatched: true });
  return err({ code: 'failed_there', message: `${place} failed with ${status}. ${excerpt}`, notDispatched: false });
};
