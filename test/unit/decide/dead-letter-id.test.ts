import fc from 'fast-check';
import { expect, it } from 'vitest';
import { deadLetterId } from '../../../lib/decide/dead-letter-id.ts';

const ORIGIN = { topic: 'order-events', partition: 2, offset: 41, timestampMs: 1_767_225_600_000 };

it('never changes: ids are keys of stored dead letters', () => {
  expect(deadLetterId(ORIGIN)).toBe('82c46318e51f01844aeb660e79225280');
});

it.each([
  ['topic', { topic: 'order-events-2' }],
  ['partition', { partition: 3 }],
  ['offset', { offset: 42 }],
  ['timestamp', { timestampMs: 1 }],
])('differs with the %s', (_name, other) => {
  expect(deadLetterId({ ...ORIGIN, ...other })).not.toBe(deadLetterId(ORIGIN));
});

it('has no two origins read alike where the parts run into each other', () => {
  const glued = (topic: string, partition: number) =>
    deadLetterId({ topic, partition, offset: 0, timestampMs: 0 });
  expect(glued('a-1', 1)).not.toBe(glued('a-', 11));
  expect(glued('a,1', 1)).not.toBe(glued('a', 1));
  expect(glued('a",1,"', 1)).not.toBe(glued('a', 1));
});

it('is 32 hex characters for any origin', () => {
  const origin = fc.record({
    topic: fc.string({ unit: 'binary' }),
    partition: fc.maxSafeNat(),
    offset: fc.maxSafeNat(),
    timestampMs: fc.maxSafeInteger(),
  });
  fc.assert(
    fc.property(origin, (any) => {
      expect(deadLetterId(any)).toMatch(/^[0-9a-f]{32}$/);
    }),
  );
});
