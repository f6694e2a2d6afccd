import type { ModelReply } from '../../../src/agents/model/port.ts';
import type { ModelConfig } from '../../../src/config/model.ts';

/** An answer, to be said in the way of one provider. `raw`: arguments as the provider would stream them, valid or not. */
export type Said = {
  text?: string;
  calls?: readonly { name: string; input?: unknown; raw?: string }[];
  stop?: 'end' | 'calls' | 'length' | 'refusal';
  usage?: Partial<ModelReply['usage']>;
};

export type Dialect = {
  provider: ModelConfig['provider'];
  /** Where its chat requests arrive. */
  path: string;
  baseUrl(url: string): string;
  /** The whole answer as frames of a stream. */
  say(said: Said): string[];
};

const rawOf = (call: { input?: unknown; raw?: string }): string => call.raw ?? JSON.stringify(call.input ?? {});
const pieces = (text: string): string[] => text.match(/[\s\S]{1,7}/g) ?? [];

const claudeFrame = (type: string, data: object): string => `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
const CLAUDE_STOP = { end: 'end_turn', calls: 'tool_use', length: 'max_tokens', refusal: 'refusal' } as const;

const claude: Dialect = {
  provider: 'anthropic',
  path: '/v1/messages',
  baseUrl: (url) => url,
  say({ text = '', calls = [], stop = calls.length > 0 ? 'calls' : 'end', usage = {} }) {
    const { inputTokens = 10, cacheReadTokens = 0, cacheWriteTokens = 0, outputTokens = 5 } = usage;
    const counted = { input_tokens: inputTokens, cache_read_input_tokens: cacheReadTokens, cache_creation_input_tokens: cacheWriteTokens };
    const message = { id: 'm', type: 'message', role: 'assistant', model: 'm', content: [], stop_reason: null, stop_sequence: null };
    const block = (index: number, content_block: object, deltas: object[]): string[] => [
      claudeFrame('content_block_start', { index, content_block }),
      ...deltas.map((delta) => claudeFrame('content_block_delta', { index, delta })),
      claudeFrame('content_block_stop', { index }),
    ];
    const texts = text === '' ? [] : [text];
    return [
      claudeFrame('message_start', { message: { ...message, usage: { ...counted, output_tokens: 1 } } }),
      ...texts.flatMap((one) =>
        block(
          0,
          { type: 'text', text: '' },
          pieces(one).map((piece) => ({ type: 'text_delta', text: piece })),
        ),
      ),
      ...calls.flatMap((call, at) =>
        block(
          at + texts.length,
          { type: 'tool_use', id: `t${at}`, name: call.name, input: {} },
          pieces(rawOf(call)).map((piece) => ({ type: 'input_json_delta', partial_json: piece })),
        ),
      ),
      claudeFrame('message_delta', {
        delta: { stop_reason: CLAUDE_STOP[stop], stop_sequence: null },
        usage: { output_tokens: outputTokens },
      }),
      claudeFrame('message_stop', {}),
    ];
  },
};

const OPENAI_STOP = { end: 'stop', calls: 'tool_calls', length: 'length', refusal: 'content_filter' } as const;

const openaiFrames = ({ text = '', calls = [], stop = calls.length > 0 ? 'calls' : 'end', usage = {} }: Said): string[] => {
  const { inputTokens = 10, cacheReadTokens = 0, outputTokens = 5 } = usage;
  const frame = (more: object) =>
    `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', ...more })}\n\n`;
  const delta = (content: object, finish_reason: string | null = null) => frame({ choices: [{ index: 0, delta: content, finish_reason }] });
  const called = calls.flatMap((call, index) => [
    delta({ tool_calls: [{ index, id: `t${index}`, type: 'function', function: { name: call.name, arguments: '' } }] }),
    ...pieces(rawOf(call)).map((piece) => delta({ tool_calls: [{ index, function: { arguments: piece } }] })),
  ]);
  const prompt_tokens = inputTokens + cacheReadTokens;
  const counted = {
    prompt_tokens,
    completion_tokens: outputTokens,
    total_tokens: prompt_tokens + outputTokens,
    prompt_tokens_details: { cached_tokens: cacheReadTokens },
  };
  return [
    delta({ role: 'assistant', content: '' }),
    ...pieces(text).map((content) => delta({ content })),
    ...called,
    delta({}, OPENAI_STOP[stop]),
    frame({ choices: [], usage: counted }),
    'data: [DONE]\n\n',
  ];
};

const openai: Dialect = {
  provider: 'openai',
  path: '/v1/chat/completions',
  baseUrl: (url) => `${url}/v1`,
  say: openaiFrames,
};

/** How each kind of provider speaks. Ollama speaks as OpenAI does, at its own address. */
export const DIALECTS: readonly Dialect[] = [claude, openai, { ...openai, provider: 'ollama' }];

export const configOf = (dialect: Dialect, url: string, more: Partial<ModelConfig> = {}): ModelConfig => ({
  provider: dialect.provider,
  model: 'claude-sonnet-5-5',
  apiKey: dialect.provider === 'ollama' ? null : 'key-of-the-test',
  baseUrl: dialect.baseUrl(url),
  timeoutMs: 5000,
  perMinute: 1_000_000,
  perDay: 1_000_000,
  tokensPerDay: 1_000_000_000,
  prices: {},
  ...more,
});
