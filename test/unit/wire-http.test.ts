import { expect, it } from 'vitest';
import { wireHttp } from '../../lib/wire-http.ts';

it('does not refuse for a batch that could not end: behind the HTTP API there are none', () => {
  const { config } = wireHttp({ PROCESSING_TIMEOUT_MS: '60000', BATCH_SIZE_MAX: '100' });
  expect(config.processingTimeoutMs).toBe(60_000);
});

it('refuses what is wrong for every function', () => {
  expect(() => wireHttp({ DLQ_MAX_RETRIES: '-1' })).toThrow(/DLQ_MAX_RETRIES/);
});
