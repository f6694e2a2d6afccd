import type { ConverseRequest, Converser, Said } from '../../../src/agents/model/converse.ts';
import { type ModelError, NO_USAGE } from '../../../src/agents/model/port.ts';
import { err, ok, type Result } from '../../../src/result.ts';

export type Spoken = Partial<Said> | ModelError;
export type FakeConverser = Converser & {
  asked: ConverseRequest[];
  /** From now on: how it answers, or what it answers one after the other. */
  next(answer: readonly Spoken[] | ((request: ConverseRequest) => Spoken | Promise<Spoken>)): void;
};

export const call = (name: string, input: Record<string, unknown> = {}): Said['calls'][number] => ({ name, input });

/** A model of several turns in this process: answers whatever it is told to; with nothing left to say it is done. */
export const fakeConverser = (): FakeConverser => {
  let how: (request: ConverseRequest) => Spoken | Promise<Spoken> = () => ({ text: 'Nothing to do.' });
  const asked: ConverseRequest[] = [];
  return {
    provider: 'fake',
    model: 'm-1',
    asked,
    next(answer) {
      if (typeof answer === 'function') how = answer;
      else {
        const left = [...answer];
        how = () => left.shift() ?? { text: 'Nothing to do.' };
      }
    },
    async converse(request): Promise<Result<Said, ModelError>> {
      asked.push(request);
      const answer = await how(request);
      if ('code' in answer) return err(answer);
      return ok({ text: '', calls: [], cut: false, usage: { ...NO_USAGE, inputTokens: 100, outputTokens: 10 }, ...answer });
    },
  };
};

/** All that a model was told last, as one text. */
export const lastTold = ({ turns }: ConverseRequest): string => JSON.stringify(turns.at(-1));
