import { defineConfig } from 'vitest/config';
import { PATIENCE_MS } from './test/eventually.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/global-setup.ts'],
    // Real databases and processes: much of a file is waiting for them, so there is one more at a time than the smallest machine has cores.
    pool: 'forks',
    maxWorkers: 3,
    // Nothing here mocks a module: a worker loads the product once, and not once for each of its files.
    isolate: false,
    ...(process.env.WILCO_TEST_REPORT ? { reporters: ['default', 'json'], outputFile: { json: process.env.WILCO_TEST_REPORT } } : {}),
    // A machine may be several times slower than the one a test was written on: only what fails waits for as long.
    testTimeout: 180_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: PATIENCE_MS, interval: 20 } },
  },
});
