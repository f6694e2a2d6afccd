import { surfaceContract } from './contract.ts';
import { memoryDriver } from './memory-driver.ts';

surfaceContract('in memory', memoryDriver);
