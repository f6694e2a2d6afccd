import type { Problem } from '../../../src/web/schemas.ts';

/** What a call answered instead of what was asked; `message` is one sentence to show as it is. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly fields: readonly { name: string; message: string }[];
  constructor(problem: Pick<Problem, 'status' | 'code' | 'detail'> & { fields?: Problem['fields'] }) {
    super(problem.detail);
    this.status = problem.status;
    this.code = problem.code;
    this.fields = problem.fields ?? [];
  }
}

const UNREACHED = 'Wilco could not be reached. Nothing was lost: try again in a moment.';
const UNREADABLE = 'Wilco gave an answer that could not be read. Try again; if it stays, look at the log.';

export const unreached = (): ApiProblem => new ApiProblem({ status: 0, code: 'unreached', detail: UNREACHED });

const isProblem = (body: unknown): body is Problem =>
  typeof body === 'object' && body !== null && 'detail' in body && 'code' in body && typeof body.detail === 'string';

export const problemOf = (status: number, body: unknown): ApiProblem =>
  isProblem(body) ? new ApiProblem({ ...body, status }) : new ApiProblem({ status, code: 'unreadable', detail: UNREADABLE });

/** The sentence of anything that was thrown. */
export const sentenceOf = (thrown: unknown): string => (thrown instanceof ApiProblem ? thrown.message : UNREADABLE);

export const codeOf = (thrown: unknown): string => (thrown instanceof ApiProblem ? thrown.code : 'unreadable');
