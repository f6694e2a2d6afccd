import { surfaceContract } from './contract.ts';
import { contractTools } from './contract-tools.ts';
import { slackDriver } from './slack-driver.ts';

surfaceContract('Slack over HTTP', () => slackDriver('http', { tools: contractTools() }));
surfaceContract('Slack in socket mode', () => slackDriver('socket', { tools: contractTools() }));
