/** Millionths of a US dollar as a person reads them; what is less than a cent is not shown as nothing. */
export const dollars = (micros: number): string => {
  const amount = micros / 1_000_000;
  return `$${amount.toFixed(amount !== 0 && Math.abs(amount) < 0.01 ? 4 : 2)}`;
};
