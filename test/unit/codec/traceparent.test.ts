import { expect, it } from 'vitest';
import {
  newTraceparent,
  traceHeaders,
  traceOf,
  traceparentOf,
} from '../../../lib/codec/traceparent.ts';
import { toTrace } from '../../../lib/decide/trace.ts';
import { header } from '../../support/builders.ts';

const VALID = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

it('reads the last valid header', () => {
  expect(traceparentOf([header('traceparent', 'x'), header('traceparent', VALID)])).toEqual({
    traceparent: VALID,
  });
});

it('a header without value is no trace', () => {
  expect(traceparentOf([header('traceparent', null)])).toEqual({});
});

it('a trace of its own is a valid one, made of the bytes given', () => {
  const random = Uint8Array.from({ length: 24 }, (_, index) => index + 1);

  const made = newTraceparent(random);

  expect(made).toBe('00-0102030405060708090a0b0c0d0e0f10-1112131415161718-00');
  expect(toTrace(made, undefined)).toEqual({ traceparent: made });
});

const RANDOM = Uint8Array.from({ length: 24 }, (_, index) => index + 1);
const STATE = 'rojo=00f067aa0ba902b7,congo=t61rcWkgMzE';

it('the state of a trace comes with it, and goes with the record behind it', () => {
  const trace = traceOf({ traceparent: VALID, tracestate: STATE }, RANDOM);

  expect(trace).toEqual({ traceparent: VALID, tracestate: STATE });
  expect(traceHeaders(trace)).toEqual([header('traceparent', VALID), header('tracestate', STATE)]);
});

it('a state without a valid trace is dropped with it', () => {
  const made = { traceparent: newTraceparent(RANDOM) };

  expect(traceOf({ tracestate: STATE }, RANDOM)).toEqual(made);
  expect(traceOf({ traceparent: `${VALID}x`, tracestate: STATE }, RANDOM)).toEqual(made);
  expect(traceHeaders(made)).toEqual([header('traceparent', made.traceparent)]);
});

it.each([
  ['512 characters', 'a'.repeat(512), true],
  ['a tab in it', 'a=1,\tb=2', true],
  ['513 characters', 'a'.repeat(513), false],
  ['none', '', false],
  ['blanks', ' \t ', false],
  ['two lines', 'a=1\nb=2', false],
  ['no ASCII', 'a=é', false],
])('a state of %s', (_name, tracestate, taken) => {
  const trace = traceOf({ traceparent: VALID, tracestate }, RANDOM);

  expect(trace).toEqual(taken ? { traceparent: VALID, tracestate } : { traceparent: VALID });
});
