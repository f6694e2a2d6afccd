const NAMES: Record<string, string> = { slack: 'Slack', discord: 'Discord' };

/** As people call a chat platform. */
export const platformName = (platform: string): string => NAMES[platform] ?? platform;
