/** PostgreSQL's classes 08 (connection), 57P (shutdown) and 53300 (no slot left), and what a socket says when the server is gone. */
const CODES = /^(08|57P|53300|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)/;

/** What the driver throws without a code when its connection breaks, ends, or none comes free. */
const WORDS =
  /^(connection terminated|connection ended|client has encountered a connection error|client was closed|timeout exceeded when trying to connect|cannot use a pool after)/i;

const DEEPEST = 5;

const noSocket = (error: Error): boolean => 'code' in error && error.code === 'ENOENT' && 'syscall' in error && error.syscall === 'connect';

/** Whether an error means that the database could not be reached: the same request may succeed in a moment. */
export const isUnreachable = (error: unknown, depth = 0): boolean => {
  if (!(error instanceof Error) || depth > DEEPEST) return false;
  if (error instanceof AggregateError && error.errors.some((one: unknown) => isUnreachable(one, depth + 1))) return true;
  if ('code' in error && error.code !== undefined) return CODES.test(String(error.code)) || noSocket(error);
  // A wrapper's message quotes the query with what people wrote in it, so only the innermost error's words count.
  return error.cause === undefined ? WORDS.test(error.message) : isUnreachable(error.cause, depth + 1);
};
