import { expect, it } from 'vitest';
import { classify } from '../../../lib/decide/classify.ts';
import { NonRetriableError } from '../../../lib/model/errors.ts';

/** Somebody else's error with the name of ours. */
const named = Object.assign(new Error('no'), { name: 'NonRetriableError' });

class OwnNonRetriableError extends NonRetriableError {
  override readonly name = 'OwnNonRetriableError';
}

it.each([
  ['an Error', new Error('fails')],
  ['a TypeError, as of a refused connection', new TypeError('fetch failed')],
  ['a SyntaxError', new SyntaxError('no JSON')],
  ['a RangeError', new RangeError('too long')],
  ['an error that only has the name of ours', named],
  ['a text that says otherwise', 'NonRetriableError'],
  ['nothing', undefined],
])('%s is retriable', (_name, thrown) => {
  expect(classify(thrown)).toMatchObject({ retriable: true });
});

it.each([
  ['NonRetriableError', new NonRetriableError('never')],
  ['a class of the business’s own that extends it', new OwnNonRetriableError('never')],
])('%s is not retriable', (_name, thrown) => {
  expect(classify(thrown)).toMatchObject({ retriable: false, reason: 'non-retriable' });
});
