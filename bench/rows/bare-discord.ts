import { Client, GatewayIntentBits } from 'discord.js';

/** A client of discord.js that does nothing but acknowledge: what is left of a figure when Wilco is taken away. Says when it is there. */
const [token = '', api = ''] = process.argv.slice(2);
const client = new Client({ intents: [GatewayIntentBits.Guilds], rest: { api } });
client.on('interactionCreate', async (interaction) => {
  if (interaction.isButton()) await interaction.deferUpdate();
});
client.once('clientReady', () => process.stdout.write('ready\n'));
await client.login(token);
