import { fingerprint } from '../../lib/decide/fingerprint.ts';
import type { Benchmark } from '../figure.ts';
import { spreadOf } from '../spread.ts';

const WARM_UP_ROUNDS = 20;
const ROUNDS = 100;
const CALLS = 200;

const STACK = `DuplicateOrderError: x
${Array.from({ length: 12 }, (_, at) => `    at async frame${at} (/var/task/process-orders.cjs:1:${at})`).join('\n')}`;

const MESSAGES = {
  'an order’s error':
    'Order ORDER-001 was already processed from order-events-2 offset 1234: another record with the same order id came first',
  '8,192 characters of text': 'no customer of this name, '.repeat(316).slice(0, 8_192),
  '8,192 quotation marks': '"'.repeat(8_192),
};

export const fingerprints: Benchmark = {
  name: 'fingerprint',
  method:
    'One process: the fingerprint of an error with a stack of twelve frames, its message an order’s, the longest that is kept, and the longest made of nothing but quotation marks; 100 rounds of 200 each, after 20 that do not count.',
  async run() {
    return Object.entries(MESSAGES).map(([what, message]) => ({
      figure: `Fingerprint of ${what}`,
      unit: 'µs' as const,
      spread: spreadOf(roundsOf(message)),
      atMost: 50,
    }));
  },
};

/** Microseconds for one, of each round. */
function roundsOf(message: string): readonly number[] {
  const error = { type: 'DuplicateOrderError', message, stack: STACK };
  const rounds = Array.from({ length: WARM_UP_ROUNDS + ROUNDS }, () => {
    const startMs = performance.now();
    for (let call = 0; call < CALLS; call++) fingerprint(error);
    return ((performance.now() - startMs) * 1000) / CALLS;
  });
  return rounds.slice(WARM_UP_ROUNDS);
}
