/** How many times as long the tests of chance run: 1 where every change is tested, more where the machine has the night for it (`WILCO_SOAK=10`). */
export const SOAK = Number(process.env.WILCO_SOAK ?? 1);
