import { expect, it } from 'vitest';
import { toTrace, traceOfRecord } from '../../../lib/decide/trace.ts';
import { header } from '../../support/builders.ts';

const VALID = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const OTHER = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';
const STATE = 'rojo=00f067aa0ba902b7,congo=t61rcWkgMzE';

it.each([
  ['none', undefined],
  ['no hex', VALID.replace('4bf9', 'zzzz')],
  ['a trace id of zeros', VALID.replace('4bf92f3577b34da6a3ce929d0e0e4736', '0'.repeat(32))],
  ['a span id of zeros', VALID.replace('00f067aa0ba902b7', '0'.repeat(16))],
  ['text behind it', `${VALID}\nmore`],
])('%s is no trace', (_name, text) => {
  expect(toTrace(text, STATE)).toBeUndefined();
});

it('the trace of a record is that of its last headers, with its state', () => {
  const headers = [header('traceparent', OTHER), header('tracestate', 'a=1')];
  const last = [header('tracestate', STATE), header('traceparent', VALID)];
  expect(traceOfRecord([...headers, ...last])).toEqual({ traceparent: VALID, tracestate: STATE });
});

it.each([
  ['no headers', []],
  ['a header without value', [header('traceparent', null)]],
  ['an invalid last one', [header('traceparent', VALID), header('traceparent', 'x')]],
  ['a state alone', [header('tracestate', STATE)]],
])('a record with %s has none', (_name, headers) => {
  expect(traceOfRecord(headers)).toBeUndefined();
});
