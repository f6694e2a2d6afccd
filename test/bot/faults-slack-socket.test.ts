import { faultContract } from './contract-faults.ts';
import { slackDriver } from './slack-driver.ts';

faultContract('Slack in socket mode', () => slackDriver('socket'));
