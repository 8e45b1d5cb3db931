import type { Break } from './break.ts';

const CONFIG = 'test/unit/config.test.ts';

/** What a bad configuration meets at start. */
export const CONFIGURATION: readonly Break[] = [
  {
    name: 'only-the-first-fault',
    guarantee: 'a bad value stops the process with one message that lists every fault',
    file: 'lib/config.ts',
    find: 'faults.push(`${field.name} ${(error as Error).message}`);',
    replace: 'if (faults.length === 0) faults.push(`${field.name} ${(error as Error).message}`);',
    test: { file: CONFIG, name: 'parseConfig > lists every fault at once' },
  },
  {
    name: 'one-table-for-both',
    guarantee: 'orders and dead letters have a table each',
    file: 'lib/config.ts',
    find: 'one === undefined || other === undefined',
    replace: 'one === undefined || other !== one',
    test: {
      file: CONFIG,
      name: 'parseConfig > refuses one table for orders and dead letters',
    },
  },
  {
    name: 'typing-error-is-ignored',
    guarantee: 'an unknown variable under our prefix is refused with a suggestion',
    file: 'lib/config.ts',
    find: '.filter((name) => !known.includes(name))',
    replace: '.filter((name) => name === known.join())',
    test: {
      file: CONFIG,
      name: 'parseConfig > refuses an unknown variable under our prefix, with a suggestion',
    },
  },
  {
    name: 'number-with-a-rest',
    guarantee: 'a value is a number, or refused by name',
    file: 'lib/config-fields.ts',
    find: 'const value = /^-?\\d+$/.test(text.trim()) ? Number(text) : Number.NaN;',
    replace: 'const value = Number(text);',
    test: {
      file: CONFIG,
      name: 'parseConfig > {"DLQ_RETRY_BACKOFF_MS":"1e3"} is refused by name',
    },
  },
  {
    name: 'wait-over-the-timeout',
    guarantee: 'a wait that no invocation can serve is refused at start',
    file: 'lib/config.ts',
    find: 'if (neededMs >= functionTimeoutMs) {',
    replace: 'if (neededMs >= 2 * functionTimeoutMs) {',
    test: {
      file: CONFIG,
      name: 'parseConfig > refuses a wait that no function behind MSK can serve, and takes the longest that one can',
    },
  },
  {
    name: 'http-function-refuses-for-a-batch',
    guarantee: 'a function of the HTTP API does not refuse for a batch that it never gets',
    file: 'lib/wire-http.ts',
    find: 'parseConfig(env, { handlesBatches: false })',
    replace: 'parseConfig(env)',
    test: {
      file: 'test/unit/wire-http.test.ts',
      name: 'does not refuse for a batch that could not end: behind the HTTP API there are none',
    },
  },
];
