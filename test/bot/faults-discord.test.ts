import { faultContract } from './contract-faults.ts';
import { discordDriver } from './discord-driver.ts';

faultContract('Discord', () => discordDriver());
