import type { ModelConfig } from '../../config/model.ts';
import type { ModelPort } from './port.ts';

const OPENAI = 'https://api.openai.com/v1';

/** The port to the model that the operator chose. A vendor's library is loaded only where it is used. */
export const openModel = async (config: ModelConfig): Promise<ModelPort> => {
  const { provider, model, apiKey, baseUrl, timeoutMs } = config;
  if (provider === 'anthropic') {
    const { anthropicModel } = await import('./anthropic.ts');
    return anthropicModel({ apiKey: apiKey ?? '', baseUrl, model, timeoutMs });
  }
  const { compatibleModel } = await import('./compatible.ts');
  return compatibleModel({ provider, apiKey, baseUrl: baseUrl ?? OPENAI, model });
};
