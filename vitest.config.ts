import { defineConfig } from 'vitest/config';

/** Tests without effects can share their modules, which takes a third of the time. */
const pure = { pool: 'threads', isolate: false, testTimeout: 20_000 } as const;

export default defineConfig({
  test: {
    projects: [
      { test: { ...pure, name: 'unit', include: ['test/unit/**/*.test.ts'] } },
      { test: { ...pure, name: 'architecture', include: ['test/architecture/**/*.test.ts'] } },
      {
        test: {
          name: 'contract',
          include: ['test/contract/**/*.test.ts'],
          globalSetup: ['test/support/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          globalSetup: ['test/support/global-setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
      {
        // Only with `npm run test:deploy`: it needs Python.
        test: {
          name: 'deploy',
          include: ['test/deploy/**/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 900_000,
          fileParallelism: false,
          bail: 1, // Each step stands on the one before.
        },
      },
      {
        // The service's guarantees once more, where AWS is silent under the other behaviour: with `npm run test:full`.
        test: {
          name: 'other-behaviour',
          include: ['test/integration/!(event-source-|http-)*.test.ts'],
          globalSetup: ['test/support/global-setup.ts'],
          env: { EVENT_SOURCE_BEHAVIOUR: 'other' },
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        // Only with `npm run test:full`.
        test: {
          name: 'slow',
          include: ['test/slow/**/*.test.ts'],
          globalSetup: ['test/support/global-setup.ts'],
          testTimeout: 900_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
