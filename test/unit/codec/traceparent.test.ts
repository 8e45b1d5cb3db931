import { expect, it } from 'vitest';
import { newTraceparent, parseTraceparent, traceparentOf } from '../../../lib/codec/traceparent.ts';
import { header } from '../../support/builders.ts';

const VALID = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

it('reads the last valid header', () => {
  expect(traceparentOf([header('traceparent', 'x'), header('traceparent', VALID)])).toEqual({
    traceparent: VALID,
  });
});

it.each([
  ['none', undefined],
  ['no hex', VALID.replace('4bf9', 'zzzz')],
  ['a trace id of zeros', VALID.replace('4bf92f3577b34da6a3ce929d0e0e4736', '0'.repeat(32))],
  ['a span id of zeros', VALID.replace('00f067aa0ba902b7', '0'.repeat(16))],
  ['text behind it', `${VALID}\nmore`],
])('%s is no trace', (_name, text) => {
  expect(parseTraceparent(text)).toBeUndefined();
});

it('a header without value is no trace', () => {
  expect(traceparentOf([header('traceparent', null)])).toEqual({});
});

it('a trace of its own is a valid one, made of the bytes given', () => {
  const random = Uint8Array.from({ length: 24 }, (_, index) => index + 1);

  const made = newTraceparent(random);

  expect(made).toBe('00-0102030405060708090a0b0c0d0e0f10-1112131415161718-00');
  expect(parseTraceparent(made)).toBe(made);
});
