import { assignTask } from '../../src/tools/assign-task.ts';
import { surfaceContract } from './contract.ts';
import { deploying } from './contract-tools.ts';
import { discordDriver } from './discord-driver.ts';

surfaceContract('Discord', () => discordDriver({ tools: [assignTask, deploying()] }));
