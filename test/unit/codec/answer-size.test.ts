import { expect, it } from 'vitest';
import { ANSWER_BYTES_MAX, fitsAnswer, takeFitting } from '../../../lib/codec/answer-size.ts';

/** Lambda's own limit of an answer: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const LAMBDA_BYTES_MAX = 6 * 1024 * 1024;

/** What Lambda gets: the body as a string in the answer's JSON. */
const lambdaBytes = (value: object) =>
  Buffer.byteLength(JSON.stringify({ statusCode: 200, body: JSON.stringify(value) }));

it.each([
  { what: 'letters, just below the limit', text: 'a'.repeat(ANSWER_BYTES_MAX - 20), fits: true },
  { what: 'letters, over the limit', text: 'a'.repeat(ANSWER_BYTES_MAX), fits: false },
  // A quote is 2 bytes in JSON, 4 in the answer that Lambda gets; a control character 6 and 7.
  { what: '1.4 million quotes', text: '"'.repeat(1_400_000), fits: true },
  { what: '1.6 million quotes', text: '"'.repeat(1_600_000), fits: false },
  { what: '800,000 control characters', text: '\u0001'.repeat(800_000), fits: true },
  { what: '850,000 control characters', text: '\u0001'.repeat(850_000), fits: false },
  { what: '1.7 million characters of three bytes', text: '€'.repeat(1_700_000), fits: false },
])('$what: fits is $fits', ({ text, fits }) => {
  expect(fitsAnswer({ text })).toBe(fits);
  if (fits) expect(lambdaBytes({ text })).toBeLessThan(LAMBDA_BYTES_MAX);
});

it.each([
  { what: 'letters', character: 'a', bytes: 1, taken: 4 },
  { what: 'quotes', character: '"', bytes: 4, taken: 5 },
  { what: 'control characters', character: '\u0001', bytes: 7, taken: 5 },
])('takes as many texts of $what as Lambda can answer with', ({ character, bytes, taken }) => {
  const values = Array.from({ length: 10 }, () => ({
    text: character.repeat(Math.floor(1_150_000 / bytes)),
  }));

  const fitting = takeFitting(values);

  expect(fitting).toHaveLength(taken);
  expect(lambdaBytes([...fitting])).toBeLessThan(LAMBDA_BYTES_MAX);
  expect(fitting[0]).toBe(values[0]);
});

it('takes one that is too large alone: somebody has to be shown next', () => {
  const large = { text: 'a'.repeat(ANSWER_BYTES_MAX) };

  expect(takeFitting([large, { text: 'b' }])).toEqual([large]);
});

it('takes nothing of nothing, and all of what is small', () => {
  expect(takeFitting([])).toEqual([]);
  expect(takeFitting([{ a: 1 }, { a: 2 }])).toEqual([{ a: 1 }, { a: 2 }]);
});
