const plain = new Intl.NumberFormat(undefined);
const short = new Intl.NumberFormat(undefined, { notation: 'compact', maximumFractionDigits: 1 });
const money = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' });
const smallMoney = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD', minimumFractionDigits: 4 });

export const whole = (count: number): string => plain.format(count);
/** 1,234,567 as 1.2M. */
export const compact = (count: number): string => (count < 10_000 ? plain.format(count) : short.format(count));
/** What is less than a cent is not shown as nothing. */
export const dollars = (usd: number): string => (usd !== 0 && Math.abs(usd) < 0.01 ? smallMoney : money).format(usd);
export const percent = (share: number): string => `${Math.round(share * 100)} %`;
export const many = (count: number, one: string): string => `${whole(count)} ${one}${count === 1 ? '' : 's'}`;

export const duration = (milliseconds: number): string => {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  return seconds < 60 ? `${seconds.toFixed(1)} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
};
