import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/global-setup.ts'],
    // Real databases and processes: a file at a time per core, and time enough on a busy machine.
    pool: 'forks',
    maxWorkers: 2,
    ...(process.env.WILCO_TEST_REPORT ? { reporters: ['default', 'json'], outputFile: { json: process.env.WILCO_TEST_REPORT } } : {}),
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
