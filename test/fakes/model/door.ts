import { type ModelError, type ModelPort, type ModelReply, type ModelRequest, NO_USAGE } from '../../../src/agents/model/port.ts';
import { err, ok, type Result } from '../../../src/result.ts';

export type Answer = Partial<ModelReply> | ModelError;
export type FakeModel = ModelPort & { asked: ModelRequest[]; next(answer: (request: ModelRequest) => Answer): void };

/** A model in this process: answers whatever it is told to, text piece by piece. */
export const fakeModel = (first: (request: ModelRequest) => Answer = () => ({ text: 'Which one?' })): FakeModel => {
  let how = first;
  const asked: ModelRequest[] = [];
  return {
    provider: 'fake',
    model: 'claude-sonnet-5-5',
    asked,
    next(answer) {
      how = answer;
    },
    async ask(request): Promise<Result<ModelReply, ModelError>> {
      asked.push(request);
      const answer = how(request);
      if ('code' in answer) return err(answer);
      const reply = { text: '', calls: [], cut: false, usage: NO_USAGE, ...answer };
      for (const piece of reply.text.match(/\S+\s*/g) ?? []) request.onText?.(piece);
      for (const { name } of reply.calls) request.onCall?.(name);
      return ok(reply);
    },
    check: async () => ok(null),
  };
};
